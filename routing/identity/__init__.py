"""Who a contact is from: identifiers, names and other ties held against the register (CONTRACT §2, §4.3)."""

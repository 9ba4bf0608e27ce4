"""Reading: bytes become a `Contact` (DESIGN §1.2). Nothing here decides, stores or sends."""

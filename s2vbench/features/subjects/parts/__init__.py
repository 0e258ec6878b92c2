"""What is made of looked-at frames once it is known where subjects are: one file a kind, each cached by itself."""

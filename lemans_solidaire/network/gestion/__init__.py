"""What /gestion/ is made of: forms that write over nobody, a history in sentences, lists that one can search."""

//! The words of each output, in order, ready to print.

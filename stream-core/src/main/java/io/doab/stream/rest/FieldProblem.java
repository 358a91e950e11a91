package io.doab.stream.rest;

/**
 * What is wrong with one field.
 *
 * @param pointer where, as a JSON pointer (RFC 6901) into the body; empty for the body
 * itself
 * @param detail what, and how to mend it; never the value, which may be what no log may
 * hold
 */
public record FieldProblem(String pointer, String detail) {

}

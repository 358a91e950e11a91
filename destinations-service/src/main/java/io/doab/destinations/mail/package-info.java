/**
 * Mail to customers.
 */
@NullMarked
package io.doab.destinations.mail;

import org.jspecify.annotations.NullMarked;

/**
 * The door: what a payment request looks like, and what of it goes on.
 */
@NullMarked
package io.doab.payment.web;

import org.jspecify.annotations.NullMarked;

/**
 * Card numbers, as far as they go: to the token that replaces them.
 */
@NullMarked
package io.doab.payment.card;

import org.jspecify.annotations.NullMarked;

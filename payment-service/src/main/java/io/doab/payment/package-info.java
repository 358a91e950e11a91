/**
 * Payments: charges and refunds, from the door to their results.
 */
@NullMarked
package io.doab.payment;

import org.jspecify.annotations.NullMarked;

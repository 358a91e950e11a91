/**
 * Rules that suspect a payment.
 */
@NullMarked
package io.doab.payment.fraud;

import org.jspecify.annotations.NullMarked;

/**
 * What happens to a payment, in order: card, fraud, authorisation; and refunds.
 */
@NullMarked
package io.doab.payment.processing;

import org.jspecify.annotations.NullMarked;

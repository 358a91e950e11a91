/**
 * Amounts of a currency.
 */
@NullMarked
package io.doab.payment.money;

import org.jspecify.annotations.NullMarked;

/**
 * Members as processes of their own, where a kill has to be real.
 */
@NullMarked
package io.doab.conformance.member;

import org.jspecify.annotations.NullMarked;

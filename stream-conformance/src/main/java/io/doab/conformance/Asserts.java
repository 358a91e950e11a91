package io.doab.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.doab.stream.spi.Guarantee;

/**
 * The promise that a case asserts: that it is kept, or that it is absent where the
 * backend says so.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Asserts {

	Guarantee[] value();

}

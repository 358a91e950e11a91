package io.doab.stream;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a Spring bean a processor of one stream: the short form of a
 * {@link ProcessorDefinition}.
 *
 * <p>
 * The method takes the payload, or an {@link Event} of it, and if it likes a
 * {@link ProcessingContext}. What it returns is emitted to the output, in the atomic
 * commit that acknowledges the input: nothing for null.
 *
 * <pre class="code">
 * &#064;StreamProcessor(group = "greeter", input = "names", output = "greetings", outputType = "greeting")
 * Greeting greet(Name name) {
 *     return new Greeting("Hello " + name.text());
 * }
 * </pre>
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface StreamProcessor {

	/** The consumer group: the processor's name. */
	String group();

	/** The stream to read. */
	String input();

	/**
	 * The stream that returned values go to; may stay empty when the method returns
	 * nothing.
	 */
	String output() default "";

	/** The event type of returned values. */
	String outputType() default "";

	Ordering ordering() default Ordering.KEY;

	/** How many calls of one member may run at once. */
	int concurrency() default 64;

}

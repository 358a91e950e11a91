package io.doab.stream.rest;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Answers with problem details, whatever went wrong.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProblemAdvice extends ResponseEntityExceptionHandler {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> problem(RequestProblem problem, HttpServletRequest request) {
		return problem.toResponse(request.getRequestURI());
	}

	/**
	 * What nobody thought of. Its message may hold what the request held, a card number
	 * for one: it is in no answer and no log.
	 */
	@ExceptionHandler
	ResponseEntity<ProblemDetail> unexpected(RuntimeException failure, HttpServletRequest request) {
		StackTraceElement[] trace = failure.getStackTrace();
		this.logger.error("A request failed with " + failure.getClass().getName()
				+ ((trace.length > 0) ? " at " + trace[0] : ""));
		return RequestProblem.failed().toResponse(request.getRequestURI());
	}

}

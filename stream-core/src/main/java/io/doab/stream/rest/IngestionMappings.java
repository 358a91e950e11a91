package io.doab.stream.rest;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Maps the path of each route to an endpoint of its own.
 */
final class IngestionMappings implements SmartInitializingSingleton {

	private final RequestMappingHandlerMapping mapping;

	private final List<IngestionRoute<?>> routes;

	private final Function<IngestionRoute<?>, IngestionEndpoint<?>> endpoints;

	IngestionMappings(RequestMappingHandlerMapping mapping, List<IngestionRoute<?>> routes,
			Function<IngestionRoute<?>, IngestionEndpoint<?>> endpoints) {
		this.mapping = mapping;
		this.routes = List.copyOf(routes);
		this.endpoints = endpoints;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Method post = Objects.requireNonNull(ReflectionUtils.findMethod(IngestionEndpoint.class, "post",
				HttpServletRequest.class, HttpServletResponse.class));
		for (IngestionRoute<?> route : this.routes) {
			this.mapping.registerMapping(RequestMappingInfo.paths(route.path())
				.methods(RequestMethod.POST)
				.options(this.mapping.getBuilderConfiguration())
				.build(), this.endpoints.apply(route), post);
		}
	}

}

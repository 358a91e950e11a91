package io.doab.stream.spring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.doab.stream.Event;
import io.doab.stream.ProcessingContext;
import io.doab.stream.ProcessorDefinition;
import io.doab.stream.StreamProcessor;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Finds the {@link StreamProcessor} methods of beans and makes definitions of them.
 */
final class ProcessorMethods implements BeanPostProcessor {

	private final List<ProcessorDefinition> definitions = new CopyOnWriteArrayList<>();

	List<ProcessorDefinition> definitions() {
		return List.copyOf(this.definitions);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		Map<Method, StreamProcessor> methods = MethodIntrospector.selectMethods(AopUtils.getTargetClass(bean),
				(MethodIntrospector.MetadataLookup<StreamProcessor>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, StreamProcessor.class));
		methods.forEach((method, annotation) -> this.definitions
			.add(definition(bean, AopUtils.selectInvocableMethod(method, bean.getClass()), annotation)));
		return bean;
	}

	private static ProcessorDefinition definition(Object bean, Method method, StreamProcessor annotation) {
		List<Type> payloads = new ArrayList<>();
		for (Type parameter : method.getGenericParameterTypes()) {
			if (parameter != ProcessingContext.class) {
				payloads.add(parameter);
			}
		}
		boolean returns = method.getReturnType() != void.class;
		if (payloads.size() != 1) {
			throw new IllegalStateException("@StreamProcessor method " + method
					+ " must take the payload, or an Event of it, and at most a ProcessingContext beside it");
		}
		if (returns && (annotation.output().isEmpty() || annotation.outputType().isEmpty())) {
			throw new IllegalStateException("@StreamProcessor method " + method
					+ " returns a value: set output and outputType, or make it void");
		}
		method.setAccessible(true);
		Type payload = payloads.getFirst();
		boolean wantsEvent = payload instanceof ParameterizedType type && type.getRawType() == Event.class;
		Class<?> type = payloadType(method, payload);
		ProcessorDefinition.Builder builder = ProcessorDefinition.named(annotation.group())
			.on(annotation.input(), type, (event, context) -> {
				Object result = call(bean, method, wantsEvent ? event : event.data(), context);
				if (result != null) {
					context.emit(annotation.output(), annotation.outputType(), result);
				}
			})
			.ordering(annotation.ordering())
			.concurrency(annotation.concurrency());
		return (annotation.output().isEmpty() ? builder : builder.output(annotation.output())).build();
	}

	private static Class<?> payloadType(Method method, Type payload) {
		Type type = (payload instanceof ParameterizedType parameterized && parameterized.getRawType() == Event.class)
				? parameterized.getActualTypeArguments()[0] : payload;
		if (type instanceof Class<?> plain) {
			return plain;
		}
		throw new IllegalStateException("@StreamProcessor method " + method + " has a payload of type " + type
				+ ": use a class without type parameters");
	}

	private static @Nullable Object call(Object bean, Method method, Object payload, ProcessingContext context)
			throws Exception {
		Object[] arguments = new Object[method.getParameterCount()];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = (method.getParameterTypes()[i] == ProcessingContext.class) ? context : payload;
		}
		try {
			return method.invoke(bean, arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

}

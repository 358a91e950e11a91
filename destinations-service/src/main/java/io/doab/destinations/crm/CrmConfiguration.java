package io.doab.destinations.crm;

import java.time.Clock;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the CRM from its settings.
 */
@Configuration(proxyBeanMethods = false)
class CrmConfiguration {

	@Bean
	CrmDestination crmDestination(CrmProperties properties, JsonMapper json) {
		return destination(properties, json, Clock.systemUTC());
	}

	static CrmDestination destination(CrmProperties properties, JsonMapper json, Clock clock) {
		HttpCaller http = new HttpCaller(properties.connectTimeout(), properties.timeout());
		CrmProperties.OAuth2 oauth2 = properties.oauth2();
		AccessTokens tokens = (oauth2 != null) ? new ClientCredentialTokens(oauth2, http, json, clock)
				: AccessTokens.fixed(properties.token());
		return new CrmDestination(properties, new CrmClient(http, tokens, clock, properties.maxRetryAfter()), json);
	}

}

using System.Collections.Frozen;

namespace FnMesh.Policy.Schemas;

/// <summary>What each field means, for whoever writes it in an editor.</summary>
internal static class Words
{
    private static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["document.apiVersion"] = "Group and version of the kind.",
        ["document.kind"] = "What the document describes.",
        ["document.metadata"] = "The document's name and notes.",
        ["document.spec"] = "What is wanted.",
        ["metadata.name"] = "Unique among documents of the kind; a DNS label.",
        ["metadata.namespace"] = "The only one is 'default'.",
        ["metadata.labels"] = "Notes; nothing acts on them.",
        ["metadata.annotations"] = "Notes; nothing acts on them.",

        ["Mesh.trustDomain"] = "The domain of all identities; default: NAME.local. Takes a restart to change.",
        ["Mesh.broker"] = "Where events rest.",
        ["Mesh.edge"] = "What holds for callers from outside.",
        ["edge.attributeRoutes"] = "Whether HTTP functions that name a level become routes on the edge; default: true under 'up', false under 'control'.",
        ["Mesh.identity"] = "Who members are.",
        ["identity.ttl"] = "How long certificates of members hold; they are renewed at half of it. Default: 24h.",
        ["broker.kind"] = "The kind of broker.",

        ["FunctionApp.revisions"] = "The versions of the app that run beside each other; without 'traffic' the last one that is ready takes all.",
        ["FunctionApp.traffic"] = "Shares of calls and deliveries; they add up to 100.",
        ["revisions.name"] = "Apps and revisions share one name space.",
        ["revisions.run"] = "What runs: exactly one of project, command and url.",
        ["revisions.replicas"] = "How many processes; default 1.",
        ["revisions.env"] = "Environment variables of the process.",
        ["env.*.fromFile"] = "A file that is read when the process starts.",
        ["env.*.fromEnv"] = "A variable of the environment of fnmesh.",
        ["run.project"] = "A .NET project or its folder, relative to this file; built when an input changed, then run.",
        ["run.command"] = "A program and its arguments; it listens on 127.0.0.1 at PORT.",
        ["run.url"] = "Where it listens; somebody else runs it.",
        ["traffic.revisionName"] = "A revision of this app.",
        ["traffic.percent"] = "Its share.",

        ["HTTPRoute.parentRefs"] = "What the route is attached to: edge (calls from outside), mesh (calls between functions), or a FunctionApp (calls to it).",
        ["HTTPRoute.hostnames"] = "Hosts that it holds for, exact or with a leading '*.'; default: every host.",
        ["HTTPRoute.rules"] = "Which requests go where; the most exact match wins.",
        ["rules.name"] = "For sectionName of policies.",
        ["rules.matches"] = "Any of them; default: everything.",
        ["rules.backendRefs"] = "Apps, whose traffic applies, or revisions.",
        ["rules.timeouts"] = "Limits of time.",
        ["rules.retry"] = "Repetitions.",
        ["matches.path"] = "The path, as received.",
        ["matches.method"] = "The HTTP method; default: every one.",
        ["matches.headers"] = "All must hold.",
        ["path.type"] = "Exact, or a prefix that ends where a path element ends (default).",
        ["path.value"] = "Begins with '/'.",
        ["headers.type"] = "How the value is compared.",
        ["headers.name"] = "Without regard to case.",
        ["headers.value"] = "The whole value.",

        ["Subscription.source"] = "The exact source of the events; default: every one.",
        ["Subscription.types"] = "Exact types, any of them; default: every type.",
        ["Subscription.filters"] = "All must hold.",
        ["Subscription.sink"] = "Where events go.",
        ["Subscription.delivery"] = "How events are delivered.",
        ["filter.exact"] = "Attributes and their whole values; all must hold.",
        ["filter.prefix"] = "Attributes and what their values begin with; all must hold.",
        ["filter.suffix"] = "Attributes and what their values end with; all must hold.",
        ["filter.all"] = "Filters that must all hold.",
        ["filter.any"] = "Filters of which one must hold.",
        ["filter.not"] = "A filter that must not hold.",
        ["sink.ref"] = "An app or a revision.",
        ["sink.backendRefs"] = "Apps or revisions with weights, in place of ref.",
        ["sink.uri"] = "The path that events are posted to; without ref and backendRefs an absolute address.",
        ["delivery.retry"] = "Redeliveries after the first delivery; then the event is a dead letter. Default 10.",
        ["delivery.backoffPolicy"] = "How the delay grows; default exponential.",
        ["delivery.backoffDelay"] = "The delay before the first redelivery; default PT1S.",
        ["delivery.backoffMax"] = "The longest delay; default PT5M.",
        ["delivery.timeout"] = "One delivery with all its attempts; default PT30S.",
        ["delivery.ordered"] = "Whether events of one partitionkey are delivered in order; default true.",
        ["delivery.deadLetter"] = "Whether what fails is kept as a dead letter; default true.",

        ["TrafficPolicy.targetRefs"] = "What it holds for; the most specific policy wins, field by field.",
        ["TrafficPolicy.timeouts"] = "Limits of time.",
        ["TrafficPolicy.retry"] = "Repetitions in line.",
        ["TrafficPolicy.retryConstraint"] = "How many repetitions all calls together may cause.",
        ["TrafficPolicy.circuitBreaker"] = "When calls are refused because too many failed.",
        ["timeouts.request"] = "All attempts together; default 100s.",
        ["timeouts.backendRequest"] = "Each attempt; default none.",
        ["retry.attempts"] = "Repetitions after the first attempt; default 1.",
        ["retry.codes"] = "Statuses that are repeated; default 502, 503 and 504.",
        ["retry.backoff"] = "The delay before the first repetition; default 50ms.",
        ["retry.unsafeMethods"] = "Whether methods that are not idempotent are repeated too.",
        ["retryConstraint.budget"] = "Repetitions as a share of calls.",
        ["retryConstraint.minRetryRate"] = "Repetitions that are always allowed.",
        ["budget.percent"] = "Of the calls in the interval; default 20.",
        ["budget.interval"] = "What is counted; default 10s.",
        ["minRetryRate.count"] = "Repetitions in the interval; default 10.",
        ["minRetryRate.interval"] = "What is counted; default 1s.",
        ["circuitBreaker.failureRatio"] = "Failures among calls that open it; default 0.5.",
        ["circuitBreaker.minimumThroughput"] = "Calls in the window without which it stays closed; default 20.",
        ["circuitBreaker.window"] = "What is counted; default 10s.",
        ["circuitBreaker.breakFor"] = "How long it stays open; default 5s.",

        ["AuthorizationPolicy.targetRefs"] = "What it protects.",
        ["AuthorizationPolicy.action"] = "ALLOW closes the target for the operations that its rules name; DENY wins over every ALLOW.",
        ["AuthorizationPolicy.rules"] = "Who may, or may not, do what.",
        ["rules.from"] = "Who; default: everybody.",
        ["rules.to"] = "What; default: every operation.",
        ["from.principals"] = "anonymous, app/NAME, user/NAME, a SPIFFE ID, or a pattern with one '*' first or last.",
        ["to.operations"] = "Default: all three.",
        ["to.methods"] = "Methods of calls.",
        ["to.paths"] = "Paths of calls, or patterns with one '*' first or last.",
        ["to.eventTypes"] = "Types of events, or patterns with one '*' first or last.",

        ["targetRefs.sectionName"] = "The name of a rule of an HTTPRoute.",
        ["targetRefs.name"] = "Its name; Mesh and Broker need none.",
        ["backendRefs.weight"] = "Its share among the backends; default 1.",
        ["backendRefs.port"] = "Accepted, and means nothing.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What holds for a field of this name in every reference.</summary>
    private static readonly FrozenDictionary<string, string> References = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["group"] = "May be left out.",
        ["kind"] = "May be left out where the name decides.",
        ["name"] = "The name of what is meant.",
        ["namespace"] = "The only one is 'default'.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ReferenceMaps = FrozenSet.Create(StringComparer.Ordinal, "parentRefs", "backendRefs", "targetRefs", "ref");

    /// <exception cref="KeyNotFoundException">A field has no words yet.</exception>
    public static string Of(string map, string field) =>
        Fields.TryGetValue($"{map}.{field}", out var words) || (ReferenceMaps.Contains(map) && References.TryGetValue(field, out words))
            ? words
            : throw new KeyNotFoundException($"the field '{field}' of '{map}' has no description");
}

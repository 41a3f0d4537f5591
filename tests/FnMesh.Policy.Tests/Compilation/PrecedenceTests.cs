using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Tests.Compilation;

public class PrecedenceTests
{
    private const string App = "FunctionApp, name: app";
    private static readonly string[] CallLevels = ["Mesh", App, "HTTPRoute, name: route", "HTTPRoute, name: route, sectionName: rule"];
    private static readonly string[] DeliveryLevels = ["Mesh", App, "Subscription, name: sub"];

    /// <summary>A field, how it is written with the value of a level (1 to 5), and how it is read.</summary>
    private static readonly (Func<int, string> Write, Func<ResilienceEntry, object?> Read, Func<int, object> Expect, object? Default, bool OnRoute)[] Fields =
    [
        (n => $"timeouts: {{ request: {n}s }}", r => r.Request, n => TimeSpan.FromSeconds(n), TimeSpan.FromSeconds(100), true),
        (n => $"timeouts: {{ backendRequest: {n}s }}", r => r.BackendRequest, n => TimeSpan.FromSeconds(n), null, true),
        (n => $"retry: {{ attempts: {n + 1} }}", r => r.RetryAttempts, n => n + 1, 1, true),
        (n => $"retry: {{ codes: [ {500 + n} ] }}", r => r.RetryCodes[0], n => 500 + n, 502, true),
        (n => $"retry: {{ backoff: {n}s }}", r => r.RetryBackoff, n => TimeSpan.FromSeconds(n), TimeSpan.FromMilliseconds(50), true),
        (n => $"retryConstraint: {{ budget: {{ percent: {n} }} }}", r => r.RetryBudget.Percent, n => n, 20, false),
        (n => $"retryConstraint: {{ budget: {{ interval: {n}s }} }}", r => r.RetryBudget.Interval, n => TimeSpan.FromSeconds(n), TimeSpan.FromSeconds(10), false),
        (n => $"retryConstraint: {{ minRetryRate: {{ count: {n} }} }}", r => r.RetryBudget.MinCount, n => n, 10, false),
        (n => $"retryConstraint: {{ minRetryRate: {{ interval: {n + 1}s }} }}", r => r.RetryBudget.MinInterval, n => TimeSpan.FromSeconds(n + 1), TimeSpan.FromSeconds(1), false),
        (n => $"circuitBreaker: {{ failureRatio: 0.{n} }}", r => r.CircuitBreaker?.FailureRatio, n => n / 10.0, null, false),
        (n => $"circuitBreaker: {{ minimumThroughput: {n + 1} }}", r => r.CircuitBreaker?.MinimumThroughput, n => n + 1, null, false),
        (n => $"circuitBreaker: {{ window: {n}s }}", r => r.CircuitBreaker?.Window, n => TimeSpan.FromSeconds(n), null, false),
        (n => $"circuitBreaker: {{ breakFor: {n}s }}", r => r.CircuitBreaker?.BreakFor, n => TimeSpan.FromSeconds(n), null, false),
        (n => $"loadBalancing: {{ algorithm: {(n % 2 == 0 ? "LeastRequest" : "RoundRobin")} }}", r => r.Balancing?.Algorithm, n => n % 2 == 0 ? BalanceAlgorithm.LeastRequest : BalanceAlgorithm.RoundRobin, null, false),
        (n => $"outlierDetection: {{ consecutiveFailures: {n} }}", r => r.Balancing?.Outlier.ConsecutiveFailures, n => n, null, false),
        (n => $"outlierDetection: {{ ejectFor: {n}s }}", r => r.Balancing?.Outlier.EjectFor, n => TimeSpan.FromSeconds(n), null, false),
        (n => $"outlierDetection: {{ maxEjectedPercent: {n} }}", r => r.Balancing?.Outlier.MaxEjectedPercent, n => n, null, false),
        (n => $"loadBalancing: {{ zonePreference: {(n % 2 == 0 ? "true" : "false")} }}", r => r.Balancing?.ZonePreference, n => n % 2 == 0, null, false),
        (n => $"limits: {{ requestsPerSecond: {n} }}", r => r.Limits?.Rate?.PerSecond, n => n, null, false),
        (n => $"fault: {{ delay: {{ duration: {n}s }} }}", r => r.Fault?.Delay?.Duration, n => TimeSpan.FromSeconds(n), null, false),
        (n => $"fault: {{ abort: {{ status: {500 + n} }} }}", r => r.Fault?.Abort?.Status, n => 500 + n, null, false),
        (n => $"limits: {{ inFlight: {n} }}", r => r.Limits?.InFlight?.Most, n => n, null, false),
    ];

    [Fact]
    public void On_a_call_the_most_specific_level_that_writes_a_field_wins()
    {
        foreach (var field in Fields)
        {
            for (var written = 0; written < (field.OnRoute ? 32 : 16); written++)
            {
                var policies = Written(CallLevels, written, field.Write);
                var own = (written & 16) != 0 ? field.Write(5) + ", " : "";

                var resilience = Call([.. policies], $"{{ name: rule, {own}backendRefs: [ {{ name: app }} ] }}");

                Assert.Equal(Expected(written, field.Expect, field.Default), field.Read(resilience));
            }
        }
    }

    [Fact]
    public void On_a_delivery_the_most_specific_level_that_writes_a_field_wins()
    {
        foreach (var field in Fields)
        {
            for (var written = 0; written < 8; written++)
            {
                var compilation = Policies.Compile(
                    [Policies.App("app", "app-v1"), Policies.Subscription("sub", "{ sink: { ref: { name: app }, uri: /e } }"), .. Written(DeliveryLevels, written, field.Write)]);

                var subscription = compilation.Snapshot!.Subscriptions[0];
                var resilience = subscription.Sink.Backends[0].Resilience;
                var whenUnwritten = field.Default is TimeSpan { TotalSeconds: 100 } ? TimeSpan.FromSeconds(30) : field.Default;
                Assert.Equal(Expected(written, field.Expect, whenUnwritten), field.Read(resilience));
                Assert.Equal(subscription.Delivery.Timeout, resilience.Request);
                Assert.True(resilience.RetryUnsafeMethods);
            }
        }
    }

    [Fact]
    public void The_timeout_of_a_subscription_itself_wins_over_policies()
    {
        var compilation = Policies.Compile(
            Policies.App("app", "app-v1"),
            Policies.Subscription("sub", "{ sink: { ref: { name: app }, uri: /e }, delivery: { timeout: 7s } }"),
            Policies.Traffic("p", "{ targetRefs: [ { kind: Subscription, name: sub } ], timeouts: { request: 2s } }"));

        Assert.Equal(TimeSpan.FromSeconds(7), compilation.Snapshot!.Subscriptions[0].Sink.Backends[0].Resilience.Request);
        Assert.Equal(TimeSpan.FromSeconds(7), compilation.Snapshot.Subscriptions[0].Delivery.Timeout);
    }

    [Fact]
    public void Each_backend_of_one_rule_has_the_policy_of_its_own_app()
    {
        var compilation = Policies.Compile(
            Policies.App("app", "app-v1"), Policies.App("other", "other-v1"),
            Policies.Route("route", "{ backendRefs: [ { name: app-v1 }, { name: other } ] }"),
            Policies.Traffic("p", $"{{ targetRefs: [ {{ kind: {App} }} ], retry: {{ attempts: 4, unsafeMethods: true }} }}"));

        var backends = compilation.Snapshot!.Routes[0].Rules[0].Backends;
        Assert.Equal([4, 1], backends.Select(backend => backend.Resilience.RetryAttempts));
        Assert.Equal([true, false], backends.Select(backend => backend.Resilience.RetryUnsafeMethods));
        Assert.Equal("app-v1", backends[0].Revision);
    }

    [Fact]
    public void Zero_seconds_disable_a_timeout_that_a_wider_policy_set()
    {
        var mesh = Policies.Traffic("mesh", "{ targetRefs: [ { kind: Mesh } ], timeouts: { request: 3s, backendRequest: 1s } }");

        var resilience = Call([mesh], "{ timeouts: { request: 0s, backendRequest: PT0S }, backendRefs: [ { name: app } ] }");

        Assert.Null(resilience.Request);
        Assert.Null(resilience.BackendRequest);
    }

    [Fact]
    public void Two_policies_may_set_different_fields_of_one_target()
    {
        var resilience = Call(
            [
                Policies.Traffic("a", $"{{ targetRefs: [ {{ kind: {App} }} ], retry: {{ attempts: 4 }} }}"),
                Policies.Traffic("b", $"{{ targetRefs: [ {{ name: app }} ], retry: {{ backoff: 9ms }} }}"),
            ],
            "{ backendRefs: [ { name: app } ] }");

        Assert.Equal(4, resilience.RetryAttempts);
        Assert.Equal(TimeSpan.FromMilliseconds(9), resilience.RetryBackoff);
    }

    private static ResilienceEntry Call(string[] policies, string rule)
    {
        var compilation = Policies.Compile([Policies.App("app", "app-v1"), Policies.Route("route", rule), .. policies]);
        Assert.DoesNotContain(compilation.Diagnostics, found => found.Severity == Severity.Error);
        return compilation.Snapshot!.Routes[0].Rules[0].Backends[0].Resilience;
    }

    private static IEnumerable<string> Written(string[] levels, int written, Func<int, string> write) =>
        levels.Select((level, i) => (level, i)).Where(at => (written & (1 << at.i)) != 0)
            .Select(at => Policies.Traffic($"p{at.i}", $"{{ targetRefs: [ {{ kind: {at.level} }} ], {write(at.i + 1)} }}"));

    private static object? Expected(int written, Func<int, object> expect, object? whenUnwritten) =>
        written == 0 ? whenUnwritten : expect(System.Numerics.BitOperations.Log2((uint)written) + 1);
}

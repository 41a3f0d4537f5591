using System.Collections.Immutable;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Authorization;

public sealed class AccessRuleTests
{
    private const string Orders = "spiffe://m/ns/default/app/orders";

    [Theory]
    [InlineData("default", Orders, true)]
    [InlineData("team-*", "spiffe://m/ns/team-a/app/orders", true)]
    [InlineData("team-*", Orders, false)]
    [InlineData("default", "anonymous", false)]
    [InlineData("default", "spiffe://m/user/ada", false)]
    [InlineData("*", "spiffe://m/user/ada", false)]
    [InlineData("*", "anonymous", false)]
    public void A_namespace_means_its_apps_and_nobody_else(string ns, string principal, bool expected) =>
        Assert.Equal(expected, Matches(new AuthorizationRuleEntry { Origin = Some.Origin, From = [new CallerEntry { Namespaces = [ns] }], Operations = [] }, Call(principal, "/a")));

    [Theory]
    [InlineData("app/orders", "default", true)]
    [InlineData("app/orders", "team-a", false)]
    [InlineData("app/pricing", "default", false)]
    public void What_stands_in_one_item_must_hold_together(string principal, string ns, bool expected) =>
        Assert.Equal(expected, Matches(new AuthorizationRuleEntry { Origin = Some.Origin, From = [new CallerEntry { Principals = [principal], Namespaces = [ns] }], Operations = [] }, Call(Orders, "/a")));

    [Theory]
    [InlineData("https://a.example/*", "https://a.example/b", true)]
    [InlineData("https://a.example/*", "https://b.example/b", false)]
    [InlineData("/sensors", "/sensors", true)]
    public void A_source_restricts_events(string pattern, string source, bool expected) =>
        Assert.Equal(expected, Matches(To(new OperationEntry { Operations = [], Methods = [], Paths = [], EventTypes = [], EventSources = [pattern] }), Publish(source)));

    [Theory]
    [InlineData(AuthorizationAction.Allow, "quote", true)]
    [InlineData(AuthorizationAction.Allow, "QUOTE", true)]
    [InlineData(AuthorizationAction.Allow, "quote,refund", false)]
    [InlineData(AuthorizationAction.Allow, "", false)]
    [InlineData(AuthorizationAction.Deny, "quote,refund", true)]
    [InlineData(AuthorizationAction.Deny, "refund", false)]
    [InlineData(AuthorizationAction.Deny, "", false)]
    public void An_allow_means_all_functions_that_may_be_reached_and_a_deny_one_of_them(AuthorizationAction action, string reached, bool expected)
    {
        var rule = To(new OperationEntry { Operations = [], Methods = [], Paths = [], EventTypes = [], Functions = ["Quote"] });
        var request = new AccessRequest { Operation = Operation.Call, Principal = Orders, Method = "GET", Path = "/a", Functions = [.. reached.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries)] };

        Assert.Equal(expected, Matches(rule, request, action));
    }

    [Theory]
    [InlineData("method = 'GET' AND path LIKE '/a%'", true)]
    [InlineData("namespace = 'default'", true)]
    [InlineData("principal = 'anonymous'", false)]
    [InlineData("EXISTS query", false)]
    public void A_condition_sees_the_attributes_of_the_call(string when, bool expected) =>
        Assert.Equal(expected, Matches(When(when), Call(Orders, "/abc")));

    [Theory]
    [InlineData("tenant = 'a'", AuthorizationAction.Allow, false)]
    [InlineData("tenant = 'a'", AuthorizationAction.Deny, true)]
    [InlineData("tenant = 'a'", AuthorizationAction.Audit, false)]
    [InlineData("EXISTS tenant AND tenant = 'a'", AuthorizationAction.Deny, false)]
    [InlineData("INT(source) > 1", AuthorizationAction.Allow, false)]
    [InlineData("INT(source) > 1", AuthorizationAction.Deny, true)]
    public void What_a_condition_cannot_judge_is_not_allowed_and_is_denied(string when, AuthorizationAction action, bool expected) =>
        Assert.Equal(expected, Matches(When(when), Publish("/a"), action));

    [Fact]
    public void What_an_event_says_of_its_principal_is_not_believed()
    {
        KeyValuePair<string, string>[] attributes = [new("type", "t"), new("source", "s"), new("principal", Orders), new("namespace", "default")];
        var request = new AccessRequest { Operation = Operation.Publish, Principal = "anonymous", EventType = "t", EventSource = "s", Attributes = attributes };

        Assert.False(Matches(When($"principal = '{Orders}'"), request));
        Assert.False(Matches(When("EXISTS namespace"), request));
        Assert.True(Matches(When("principal = 'anonymous'"), request));
    }

    [Theory]
    [InlineData("/admin", "/Admin")]
    [InlineData("/admin", "/admin/")]
    [InlineData("/admin", "//admin")]
    [InlineData("/admin", "/admin;v=1")]
    [InlineData("/admin", "/%61dmin")]
    [InlineData("/admin", "/%2561dmin")]
    [InlineData("/admin/*", "/admin%2Fusers")]
    [InlineData("/admin/*", "/ADMIN/users")]
    [InlineData("/stra%C3%9Fe", "/STRA%c3%9fE")]
    [InlineData("/%C3%A4", "/%C3%84")]
    [InlineData("*/delete", "/a/Delete;x")]
    [InlineData("*x", "/a;X")]
    [InlineData("*x", "/a%253bX")]
    [InlineData("/a;b", "/A;b")]
    public void A_denied_path_is_denied_in_every_reading_and_an_allowed_one_is_allowed_as_it_stands(string pattern, string path)
    {
        var rule = To(new OperationEntry { Operations = [], Methods = [], Paths = [pattern], EventTypes = [] });

        Assert.True(Matches(rule, Call(Orders, path), AuthorizationAction.Deny));
        Assert.False(Matches(rule, Call(Orders, path), AuthorizationAction.Allow));
    }

    [Theory]
    [InlineData("/admin", "/administrators")]
    [InlineData("/a%2ab", "/axb")]
    [InlineData("/a*", "/b")]
    public void No_reading_denies_another_path(string pattern, string path) =>
        Assert.False(Matches(To(new OperationEntry { Operations = [], Methods = [], Paths = [pattern], EventTypes = [] }), Call(Orders, path), AuthorizationAction.Deny));

    [Fact]
    public void A_condition_that_denies_sees_every_reading_of_the_path() =>
        Assert.True(Matches(When("path = '/admin'"), Call(Orders, "/ADMIN"), AuthorizationAction.Deny) && !Matches(When("path = '/admin'"), Call(Orders, "/ADMIN")));

    private static bool Matches(AuthorizationRuleEntry rule, in AccessRequest request, AuthorizationAction action = AuthorizationAction.Allow)
    {
        var policy = new AuthorizationEntry { Name = "p", Origin = Some.Origin, Target = new(AuthorizationTargetKind.Mesh, "", null), Action = action, Rules = [rule] };
        return new AccessRule(policy, rule, "m").Matches(request);
    }

    private static AuthorizationRuleEntry To(OperationEntry operation) => new() { Origin = Some.Origin, From = [], Operations = [operation] };

    private static AuthorizationRuleEntry When(string when) => new() { Origin = Some.Origin, From = [], Operations = [], When = when };

    private static AccessRequest Call(string principal, string path) => new() { Operation = Operation.Call, Principal = principal, Method = "GET", Path = path };

    private static AccessRequest Publish(string source) => new()
    {
        Operation = Operation.Publish,
        Principal = Orders,
        EventType = "t",
        EventSource = source,
        Attributes = ImmutableArray.Create<KeyValuePair<string, string>>(new("type", "t"), new("source", source)),
    };
}

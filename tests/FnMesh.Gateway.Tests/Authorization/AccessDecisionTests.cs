using FnMesh.Gateway.Authorization;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Authorization;

public sealed class AccessDecisionTests
{
    private static readonly Origin Somewhere = new("access.yaml", 3, 5);

    [Fact]
    public void Without_a_policy_a_call_through_a_route_passes() =>
        Assert.Null(Decide(Call("anonymous"), [Target()], []).Denial);

    [Fact]
    public void Without_a_policy_nobody_from_outside_publishes() =>
        Assert.Contains("add a rule", Decide(Publish("shop.a"), [Target()], []).Denial);

    [Fact]
    public void Without_a_policy_what_the_broker_took_is_delivered() =>
        Assert.Null(Decide(new AccessRequest { Operation = Operation.Deliver, Principal = "anonymous", EventType = "a" }, [Target()], []).Denial);

    [Fact]
    public void An_allow_closes_its_target_to_everybody_else()
    {
        var target = Target(Allow("app/*", Operation.Call));

        Assert.Null(Decide(Call("spiffe:///ns/default/app/orders"), [target], []).Denial);
        var denied = Decide(Call("anonymous"), [target], []);
        Assert.Contains("access.yaml:3:5", denied.Denial);
        Assert.Equal(Somewhere, denied.Rule);
    }

    [Fact]
    public void An_allow_closes_only_the_operations_that_its_rules_name() =>
        Assert.Null(Decide(Call("anonymous"), [Target(Allow("app/*", Operation.Publish))], []).Denial);

    [Fact]
    public void A_rule_without_operations_names_all_three()
    {
        var target = Target(Allow("app/*"));

        Assert.NotNull(Decide(Call("anonymous"), [target], []).Denial);
        Assert.NotNull(Decide(Publish("a"), [target], []).Denial);
    }

    [Fact]
    public void A_rule_that_speaks_of_methods_lets_nobody_publish()
    {
        var target = Target(Entry(AuthorizationAction.Allow, new OperationEntry { Operations = [], Methods = ["GET"], Paths = [], EventTypes = [] }));

        Assert.NotNull(Decide(Publish("a"), [target], []).Denial);
    }

    [Fact]
    public void A_rule_that_speaks_of_event_types_closes_no_calls()
    {
        var target = Target(Entry(AuthorizationAction.Allow, new OperationEntry { Operations = [], Methods = [], Paths = [], EventTypes = ["shop.*"] }));

        Assert.Null(Decide(Call("anonymous"), [target], []).Denial);
        Assert.Null(Decide(Publish("shop.a"), [target], []).Denial);
    }

    [Fact]
    public void Route_and_app_must_both_permit()
    {
        var open = Target(Allow("*"));
        var closed = Target(Allow("app/*"));

        Assert.NotNull(Decide(Call("anonymous"), [open], [closed]).Denial);
        Assert.NotNull(Decide(Call("anonymous"), [closed], [open]).Denial);
        Assert.Null(Decide(Call("spiffe:///ns/default/app/a"), [open], [closed]).Denial);
    }

    [Fact]
    public void A_deny_anywhere_wins_over_every_allow()
    {
        var denied = Decide(Call("anonymous"), [Target(Allow("*"))], [Target(Policy(AuthorizationAction.Deny, "anonymous"))]);

        Assert.Contains("denies", denied.Denial);
    }

    [Fact]
    public void Event_types_restrict_publishing()
    {
        var target = Target(Entry(AuthorizationAction.Allow, new OperationEntry { Operations = [Operation.Publish], Methods = [], Paths = [], EventTypes = ["shop.*"] }));

        Assert.Null(Decide(Publish("shop.order.placed"), [target], []).Denial);
        Assert.NotNull(Decide(Publish("stock.changed"), [target], []).Denial);
    }

    [Theory]
    [InlineData("GET", "/orders/1", true)]
    [InlineData("POST", "/orders/1", false)]
    [InlineData("GET", "/admin", false)]
    public void Methods_and_paths_restrict_calls(string method, string path, bool permitted)
    {
        var target = Target(Entry(AuthorizationAction.Allow, new OperationEntry { Operations = [], Methods = ["GET"], Paths = ["/orders*"], EventTypes = [] }));
        var request = new AccessRequest { Operation = Operation.Call, Principal = "anonymous", Method = method, Path = path };

        Assert.Equal(permitted, Decide(request, [target], []).Denial is null);
    }

    private static AccessDecision Decide(in AccessRequest request, AccessTarget[] targets, AccessTarget[] more) => AccessDecision.Of(request, targets, more);

    private static AccessRequest Call(string principal) => new() { Operation = Operation.Call, Principal = principal, Method = "GET", Path = "/a" };

    private static AccessRequest Publish(string type) => new() { Operation = Operation.Publish, Principal = "anonymous", EventType = type };

    private static AccessTarget Target(params AuthorizationEntry[] entries) => new("the target", entries);

    private static AuthorizationEntry Allow(string principal, params Operation[] operations) => Policy(AuthorizationAction.Allow, principal, operations);

    private static AuthorizationEntry Policy(AuthorizationAction action, string principal, params Operation[] operations) =>
        Entry(action, operations.Length == 0 ? null : new OperationEntry { Operations = [.. operations], Methods = [], Paths = [], EventTypes = [] }, principal);

    private static AuthorizationEntry Entry(AuthorizationAction action, OperationEntry? operation, string principal = "*") => new()
    {
        Name = "access",
        Origin = Somewhere,
        Target = new(AuthorizationTargetKind.Broker, string.Empty, null),
        Action = action,
        Rules = [new AuthorizationRuleEntry { Origin = Somewhere, From = [new CallerEntry { Principals = [principal] }], Operations = operation is null ? [] : [operation] }],
    };
}

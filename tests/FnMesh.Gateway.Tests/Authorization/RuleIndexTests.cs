using System.Collections.Immutable;
using FnMesh.Gateway.Authorization;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Authorization;

/// <summary>The index is compared with asking every rule; the seeds are the cases.</summary>
public sealed class RuleIndexTests
{
    private static readonly string[] Principals = ["anonymous", "app/orders", "app/pricing", "ns/team-a/app/orders", "ns/team-a/*", "app/*", "*", "*/orders", "user/ada", "jwt*"];
    private static readonly string[] Asking = ["anonymous", "spiffe://m/ns/default/app/orders", "spiffe://m/ns/default/app/pricing", "spiffe://m/ns/team-a/app/orders", "spiffe://m/user/ada", "jwt:a#b"];
    private static readonly string[] PathPatterns = ["/", "/a", "/a/b", "/a*", "/a/*", "*", "*/b", "*b", "/A/%2Ab", "/ab*", "/abc", "/a%2*", "/a/b/c/d*"];
    private static readonly string[] Paths = ["/", "/a", "/a/", "/A", "/a/b", "/a//b", "/a;x/b", "/a%2Fb", "/%2561", "/abc", "/ABC/", "/a/%2ab", "/A/*b", "/a/b/c/d/e", "/zzz"];
    private static readonly string[] Types = ["shop.a", "shop.*", "*", "*.a", "stock.b"];
    private static readonly string[] Methods = ["GET", "POST", "PUT"];
    private static readonly string[] Namespaces = ["default", "team-a", "team-*", "*"];

    [Fact]
    public void The_index_finds_the_rule_that_asking_each_in_turn_finds()
    {
        var found = 0;
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var action = (AuthorizationAction)random.Next(3);
            var policy = new AuthorizationEntry { Name = "p", Origin = Fixtures.Some.Origin, Target = new(AuthorizationTargetKind.Mesh, "", null), Action = action, Rules = [.. Enumerable.Range(0, random.Next(1, 60)).Select(line => Rule(random, line))] };
            var rules = policy.Rules.Select(rule => new AccessRule(policy, rule, "m")).ToArray();
            var index = new RuleIndex(rules);
            for (var asked = 0; asked < 60; asked++)
            {
                var request = Request(random);
                var expected = default(AccessRule);
                foreach (var rule in rules)
                {
                    if (expected is null && rule.Matches(request)) expected = rule;
                }

                Assert.True(ReferenceEquals(expected, index.Find(request)), $"seed {seed}, request {asked}: {request.Principal} {request.Method} {request.Path} {request.EventType}");
                if (expected is not null) found++;
            }
        }

        Assert.InRange(found, 4_000, 23_000);
    }

    private static AuthorizationRuleEntry Rule(Random random, int line) => new()
    {
        Origin = new Origin("p.yaml", line + 1, 1),
        From = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new CallerEntry { Principals = Maybe(random, Principals), Namespaces = Maybe(random, Namespaces) })],
        Operations = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(2) == 0
            ? new OperationEntry { Operations = [], Methods = Maybe(random, Methods) ?? [], Paths = Some(random, PathPatterns), EventTypes = [] }
            : new OperationEntry { Operations = [], Methods = [], Paths = [], EventTypes = Some(random, Types), EventSources = Maybe(random, Types) })],
    };

    private static AccessRequest Request(Random random)
    {
        var principal = Asking[random.Next(Asking.Length)];
        return random.Next(3) > 0
            ? new AccessRequest { Operation = Operation.Call, Principal = principal, Method = Methods[random.Next(Methods.Length)], Path = Paths[random.Next(Paths.Length)] }
            : new AccessRequest { Operation = Operation.Publish, Principal = principal, EventType = Types[random.Next(Types.Length)], EventSource = Types[random.Next(Types.Length)] };
    }

    private static ImmutableArray<string>? Maybe(Random random, string[] all) => random.Next(2) == 0 ? null : Some(random, all);

    private static ImmutableArray<string> Some(Random random, string[] all) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => all[random.Next(all.Length)]).Distinct()];
}

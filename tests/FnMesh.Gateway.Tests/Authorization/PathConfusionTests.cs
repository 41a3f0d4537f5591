using System.Globalization;
using System.Text;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Ingress;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Node.Identity;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Tests.Authorization;

/// <summary>The threat of a path that is written so that the rule sees another one than the function.</summary>
public sealed class PathConfusionTests
{
    private const int Seed = 20260311;
    private const int Requests = 20_000;
    private static readonly string[] Denied = ["/admin", "/admin/users", "/admin/users/7"];

    [Fact]
    public void No_encoding_of_a_denied_path_reaches_a_function()
    {
        var random = new Random(Seed);
        var target = new AccessTarget("the mesh", [Policy(AuthorizationAction.Deny, "/admin", "/admin/*"), Policy(AuthorizationAction.Allow, "*")]);
        var (refused, denied) = (0, 0);
        for (var i = 0; i < Requests; i++)
        {
            var path = Mutate(Denied[random.Next(Denied.Length)], random);
            var read = RequestTarget.Parse(path, "shop.example");
            if (read.Fault is not null)
            {
                refused++;
                continue;
            }

            var request = new AccessRequest { Operation = Operation.Call, Principal = "anonymous", Method = "GET", Path = read.PathAndQuery.Span[..read.PathLength] };
            Assert.True(AccessDecision.Of(request, [target], []).Denial is not null, $"request {i} of seed {Seed} was let through: {path}");
            denied++;
        }

        // Both defences are at work.
        Assert.True(refused > Requests / 4 && denied > Requests / 10, $"{refused} refused, {denied} denied");
    }

    [Theory]
    [InlineData("/admin")]
    [InlineData("/Admin")]
    [InlineData("/admin/")]
    [InlineData("//admin")]
    [InlineData("/admin;a=b")]
    [InlineData("/admin%2Fusers")]
    [InlineData("/admin%252Fusers")]
    [InlineData("/%61dmin")]
    [InlineData("/%2561dmin")]
    [InlineData("/ADMIN/%252e%252e/x")]
    [InlineData("/%252f./admin")]
    [InlineData("/x/%25252e%25252e/admin")]
    [InlineData("/public/../admin")]
    [InlineData("/public/..;/admin")]
    [InlineData("/public/%2e%2e/admin")]
    [InlineData("/public/..%2fadmin")]
    [InlineData("/public%5c..%5cadmin")]
    [InlineData("/public\\..\\admin")]
    [InlineData("/admin%00")]
    [InlineData("/admin#a")]
    [InlineData("/%c0%ae%c0%ae/admin")]
    public async Task A_denied_path_is_reached_through_neither_listener(string path)
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        foreach (var caller in new SpiffeId?[] { null, SpiffeId.App("mesh.local", "orders") })
        {
            await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop") + """
                ---
                apiVersion: fnmesh.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: { name: no-admin }
                spec:
                  targetRefs: [ { kind: Mesh } ]
                  action: DENY
                  rules: [ { to: [ { paths: [ /admin, "/admin/*" ] } ] } ]
                """, caller: caller);

            var answer = await RawCaller.SendAsync(edge.Address, $"GET {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
            Assert.Matches("^HTTP/1.1 40[03] ", answer);
            Assert.Empty(function.Requests);
            Assert.Matches("^HTTP/1.1 200 ", await RawCaller.SendAsync(edge.Address, "GET /public HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n"));
            function.Requests.Clear();
        }
    }

    private static AuthorizationEntry Policy(AuthorizationAction action, params string[] paths) => new()
    {
        Name = "p",
        Origin = Some.Origin,
        Target = new(AuthorizationTargetKind.Mesh, "", null),
        Action = action,
        Rules = [new AuthorizationRuleEntry { Origin = Some.Origin, From = [], Operations = [new OperationEntry { Operations = [], Methods = [], Paths = [.. paths], EventTypes = [] }] }],
    };

    /// <summary>The same resource to some function: escapes once or twice, capitals, parameters, doubled slashes, detours.</summary>
    private static string Mutate(string path, Random random)
    {
        var text = path;
        for (var step = random.Next(1, 4); step > 0; step--)
        {
            var at = random.Next(text.Length);
            text = random.Next(9) switch
            {
                0 => Escape(text, random, at, twice: false),
                1 => Escape(text, random, at, twice: true),
                2 => $"{text[..at]}{char.ToUpperInvariant(text[at])}{text[(at + 1)..]}",
                3 => BeforeSlash(text, random, ";v=1"),
                4 => BeforeSlash(text, random, "/"),
                5 => BeforeSlash(text, random, "/."),
                6 => BeforeSlash(text, random, "/x/.."),
                7 => BeforeSlash(text, random, ";"),
                _ => $"{text}/",
            };
        }

        return text[0] == '/' ? text : $"/{text}";
    }

    private static string Escape(string text, Random random, int at, bool twice)
    {
        // What is an escape already stays one.
        if (text.AsSpan(Math.Max(0, at - 2), Math.Min(3, text.Length - Math.Max(0, at - 2))).Contains('%') || text.AsSpan(at).StartsWith("%")) return text;
        var hex = ((int)text[at]).ToString(random.Next(2) == 0 ? "x2" : "X2", CultureInfo.InvariantCulture);
        return new StringBuilder(text, 0, at, text.Length + 5).Append(twice ? "%25" : "%").Append(hex).Append(text, at + 1, text.Length - at - 1).ToString();
    }

    private static string BeforeSlash(string text, Random random, string what)
    {
        var slashes = Enumerable.Range(0, text.Length).Where(at => text[at] == '/' && (at > 0 || what[0] == '/')).Append(text.Length).ToArray();
        return text.Insert(slashes[random.Next(slashes.Length)], what);
    }
}

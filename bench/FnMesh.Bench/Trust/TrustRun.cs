using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FnMesh.Gateway.Authorization;
using FnMesh.Gateway.Tokens;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Bench.Trust;

/// <summary>What it costs to ask for permission, by how many rules there are and how they differ; and to know a caller by a token.</summary>
internal static class TrustRun
{
    private const int Batch = 1_000;
    private const int Batches = 40;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task RunAsync()
    {
        Console.WriteLine("| what | rules | ns | B |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (name, rule) in Shapes)
        {
            foreach (var count in (int[])[10, 100, 1_000])
            {
                var target = new AccessTarget("the mesh", [.. Entries(count, rule)], "mesh.local");
                Print($"permission, rules differ by {name}", count, Take(i => Decide(target, i % count)));
            }
        }

        foreach (var (algorithm, sign, key) in Signers()) await TokensAsync(algorithm, sign, key);
    }

    private static IEnumerable<(string, Func<int, AuthorizationRuleEntry>)> Shapes =>
    [
        ("principal", static i => Rule(i, $"app/a{i}", "/*")),
        ("exact path", static i => Rule(i, "app/*", $"/orders/{i}")),
        ("beginning of the path", static i => Rule(i, "app/*", $"/orders/{i}*")),
        ("end of the path", static i => Rule(i, "app/*", $"*/orders/{i}")),
        ("principal and path", static i => Rule(i, $"app/a{i}", $"/orders/{i}*")),
    ];

    /// <summary>Half of the rules deny what nobody asks for, so that both kinds are asked.</summary>
    private static IEnumerable<AuthorizationEntry> Entries(int count, Func<int, AuthorizationRuleEntry> rule)
    {
        var target = new AuthorizationTarget(AuthorizationTargetKind.Mesh, "", null);
        yield return new AuthorizationEntry { Name = "allow", Origin = default, Target = target, Action = AuthorizationAction.Allow, Rules = [.. Enumerable.Range(0, count).Select(rule)] };
        yield return new AuthorizationEntry { Name = "deny", Origin = default, Target = target, Action = AuthorizationAction.Deny, Rules = [.. Enumerable.Range(0, count).Select(i => Rule(i, $"app/z{i}", $"/never/{i}*"))] };
    }

    private static AuthorizationRuleEntry Rule(int line, string principal, string path) => new()
    {
        Origin = new Origin("rules.yaml", line + 1, 1),
        From = [new CallerEntry { Principals = [principal] }],
        Operations = [new OperationEntry { Operations = [Operation.Call], Methods = ["GET", "POST"], Paths = [path], EventTypes = [] }],
    };

    private static readonly string[] Callers = [.. Enumerable.Range(0, 1_000).Select(i => $"spiffe://mesh.local/ns/default/app/a{i}")];
    private static readonly string[] Paths = [.. Enumerable.Range(0, 1_000).Select(i => $"/orders/{i}")];
    private static readonly AccessTarget[] None = [];

    private static AccessTarget[] _targets = None;

    private static void Decide(AccessTarget target, int i)
    {
        if (_targets.Length == 0 || _targets[0] != target) _targets = [target];
        var decision = AccessDecision.Of(new AccessRequest { Operation = Operation.Call, Principal = Callers[i], Method = "GET", Path = Paths[i] }, _targets, None);
        if (decision.Denial is not null) throw new InvalidOperationException(decision.Denial);
    }

    private static IEnumerable<(string Algorithm, Func<byte[], byte[]> Sign, string Key)> Signers()
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        yield return ("RS256", text => rsa.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), $$"""{"kty":"RSA","kid":"k","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{Base64Url.EncodeToString(parameters.Exponent)}}"}""");
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = curve.ExportParameters(false).Q;
        yield return ("ES256", text => curve.SignData(text, HashAlgorithmName.SHA256), $$"""{"kty":"EC","kid":"k","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""");
    }

    private static async Task TokensAsync(string algorithm, Func<byte[], byte[]> sign, string key)
    {
        var time = TimeProvider.System;
        var provider = new JwtProviderEntry { Name = "p", Origin = default, Issuer = "https://login.example", Audiences = ["shop"], Algorithms = [algorithm], Skew = TimeSpan.FromSeconds(30) };
        var keys = Encoding.UTF8.GetBytes($$"""{"keys":[{{key}}]}""");
        var source = new KeySource("p", _ => Task.FromResult(keys), NullLogger.Instance, time);
        var verifier = new JwtVerifier(provider, source, time);
        var gate = new TokenGate([verifier], new TokenCache(time));
        var tokens = Enumerable.Range(0, 100).Select(i => Token(algorithm, sign, i)).ToArray();
        foreach (var token in tokens) _ = (await gate.CheckAsync(token, default)).Token ?? throw new InvalidOperationException("a good token was refused");
        Print($"a token of {tokens[0].Length} characters that was verified before, {algorithm}", 0, Take(i => Done(gate.CheckAsync(tokens[i % tokens.Length], default))));
        Print($"the same, verified each time, {algorithm}", 0, Take(i =>
        {
            using var parts = JwtParts.Read(tokens[i % tokens.Length].AsSpan("Bearer ".Length))!;
            Done(verifier.VerifyAsync(parts, default));
        }));
    }

    private static string Token(string algorithm, Func<byte[], byte[]> sign, int subject)
    {
        var payload = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["iss"] = "https://login.example",
            ["sub"] = $"user-{subject}",
            ["aud"] = "shop",
            ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
            ["scope"] = "orders:read orders:write",
            ["groups"] = Enumerable.Range(0, 20).Select(i => $"group-number-{i}"),
        });
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"k"}"""))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"Bearer {signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static void Done(ValueTask<TokenCheck> check)
    {
        if (!check.IsCompleted || check.GetAwaiter().GetResult().Token is null) throw new InvalidOperationException("it waited, or the token was refused");
    }

    private static void Print(string what, int rules, (double Nanoseconds, double Bytes) taken) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {(rules == 0 ? "" : $"{rules:N0}")} | {taken.Nanoseconds:0} | {taken.Bytes:0.0} |"));

    /// <summary>The median of the batches, after a while in which the code is compiled to its last tier.</summary>
    private static (double Nanoseconds, double Bytes) Take(Action<int> run)
    {
        var next = 0;
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp;) run(next++);
        var (nanoseconds, bytes) = (new List<double>(), new List<double>());
        for (var batch = 0; batch < Batches; batch++)
        {
            var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var at = 0; at < Batch; at++) run(next++);
            nanoseconds.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Batch);
            bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Batch);
        }

        return (nanoseconds.Order().ElementAt(Batches / 2), bytes.Order().ElementAt(Batches / 2));
    }
}

using System.Text.Json.Nodes;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Tokens;
using FnMesh.Policy.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Gateway.Tests.Tokens;

public sealed class TokenGateTests : IDisposable
{
    private const int Seed = 4711;
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly Issuer _issuer = new();
    private readonly FakeTimeProvider _time = new(Issuer.Now);
    private readonly TokenCache _cache;
    private readonly TokenGate _gate;
    private Func<byte[]> _keys;
    private int _reads;

    public TokenGateTests()
    {
        _keys = () => _issuer.Keys;
        _cache = new TokenCache(_time);
        _gate = Gate();
    }

    public void Dispose() => _issuer.Dispose();

    [Fact]
    public async Task A_good_token_proves_its_subject_and_its_claims()
    {
        var check = await CheckAsync(_issuer.Token());

        Assert.Equal("jwt:https://login.example#ada", check.Token!.Principal);
        Assert.Equal(["gold"], check.Token.Claims["tier"].ToArray());
        Assert.Equal(["orders:read", "orders:write"], check.Token.Claims["scope"].ToArray());
        Assert.Equal(["buyers", "admins"], check.Token.Claims["groups"].ToArray());
    }

    [Theory]
    [InlineData("ES256", "e1")]
    [InlineData("RS256", "r1")]
    public async Task A_token_of_each_algorithm_that_is_pinned_is_accepted(string algorithm, string key) =>
        Assert.NotNull((await CheckAsync(_issuer.Token(header => (header["alg"], header["kid"]) = (algorithm, key)))).Token);

    [Fact]
    public async Task No_token_proves_nothing_and_refuses_nobody()
    {
        Assert.Equal(default, await _gate.CheckAsync(default, Cancel));
        Assert.Equal(default, await _gate.CheckAsync("Basic YTpi", Cancel));
    }

    public static TheoryData<string, string, string> BadHeaders() => new()
    {
        { "alg none", "alg", "\"none\"" },
        { "alg nOnE", "alg", "\"nOnE\"" },
        { "an algorithm that is not pinned", "alg", "\"PS256\"" },
        { "a longer algorithm that is not pinned", "alg", "\"RS512\"" },
        { "an algorithm of another kind of key", "alg", "\"ES256\"" },
        { "no algorithm", "alg", "null" },
        { "a list as algorithm", "alg", "[\"RS256\"]" },
        { "an embedded jwk", "jwk", "{}" },
        { "jku", "jku", "\"https://evil.example/keys\"" },
        { "x5u", "x5u", "\"https://evil.example/cert\"" },
        { "x5c", "x5c", "[]" },
        { "crit", "crit", "[\"exp\"]" },
        { "an empty crit", "crit", "[]" },
        { "b64", "b64", "false" },
        { "a nested token", "cty", "\"JWT\"" },
        { "a token for something else", "typ", "\"dpop+jwt\"" },
        { "a typ that is no text", "typ", "5" },
        { "a kid that climbs", "kid", "\"../../../../dev/null\"" },
        { "a kid that asks a database", "kid", "\"r1' OR '1'='1\"" },
        { "an unknown kid", "kid", "\"r2\"" },
        { "a kid that is no text", "kid", "1" },
        { "the kid of another kind of key", "kid", "\"e1\"" },
        { "an empty kid", "kid", "\"\"" },
    };

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task A_header_that_says_more_than_it_may_is_refused(string what, string name, string value) =>
        await RefusedAsync(what, _issuer.Token(header: header => header[name] = JsonNode.Parse(value)));

    public static TheoryData<string, string, string?> BadPayloads() => new()
    {
        { "no exp", "exp", null },
        { "exp as text", "exp", "\"1803900000\"" },
        { "exp in the past", "exp", $"{Issuer.Now.AddSeconds(-31).ToUnixTimeSeconds()}" },
        { "exp of no calendar", "exp", "1e300" },
        { "a negative exp", "exp", "-1" },
        { "a null exp", "exp", "null" },
        { "nbf in the future", "nbf", $"{Issuer.Now.AddSeconds(31).ToUnixTimeSeconds()}" },
        { "nbf as text", "nbf", "\"0\"" },
        { "issued in the future", "iat", $"{Issuer.Now.AddSeconds(31).ToUnixTimeSeconds()}" },
        { "another issuer", "iss", "\"https://evil.example\"" },
        { "the issuer with a slash more", "iss", "\"https://login.example/\"" },
        { "a list of issuers", "iss", "[\"https://login.example\"]" },
        { "no issuer", "iss", null },
        { "another audience", "aud", "\"bank\"" },
        { "no audience", "aud", null },
        { "audiences that are not all texts", "aud", "[\"shop\", 5]" },
        { "an empty list of audiences", "aud", "[]" },
        { "no subject", "sub", null },
        { "an empty subject", "sub", "\"\"" },
        { "a subject that is a number", "sub", "5" },
    };

    [Theory]
    [MemberData(nameof(BadPayloads))]
    public async Task A_payload_that_proves_nothing_here_is_refused(string what, string name, string? value) =>
        await RefusedAsync(what, _issuer.Token(payload: payload =>
        {
            payload.Remove(name);
            if (value is not null) payload[name] = JsonNode.Parse(value);
        }));

    [Fact]
    public async Task A_public_key_is_no_shared_secret() => await RefusedAsync("RS to HS", _issuer.Confused());

    [Fact]
    public async Task Base64url_is_read_to_the_letter()
    {
        var token = _issuer.Token();
        var parts = token.Split('.');
        await RefusedAsync("padding", $"{parts[0]}.{parts[1]}.{parts[2]}==");
        await RefusedAsync("white space", $"{parts[0]}.{parts[1]}.{parts[2][..10]} {parts[2][10..]}");
        await RefusedAsync("the other alphabet", token.Replace('-', '+').Replace('_', '/'));
        await RefusedAsync("unused bits", $"{parts[0]}.{parts[1]}.{parts[2][..^1]}{(char)(parts[2][^1] + 1)}");
        await RefusedAsync("four parts", $"{token}.");
        await RefusedAsync("two parts", $"{parts[0]}.{parts[1]}");
        await RefusedAsync("no signature", $"{parts[0]}.{parts[1]}.");
    }

    [Theory]
    [InlineData("""{"alg":"none","alg":"RS256","kid":"r1"}""", null)]
    [InlineData("""{"alg":"RS256","kid":"r1"} """ + "\u0000", null)]
    [InlineData("[]", null)]
    [InlineData(null, """{"iss":"https://login.example","sub":"ada","sub":"root","aud":"shop","exp":1772369000}""")]
    [InlineData(null, """{"iss":"https://login.example","sub":"ada","aud":"shop","exp":1772369000,"a":{"b":1,"b":2}}""")]
    [InlineData(null, """{"iss":"https://login.example","sub":"\ud800","aud":"shop","exp":1772369000}""")]
    [InlineData(null, "\"ada\"")]
    public async Task Json_that_has_two_readings_is_refused(string? header, string? payload) =>
        await RefusedAsync("two readings", _issuer.Sign(header ?? Issuer.GoodHeader.ToJsonString(), payload ?? Issuer.GoodPayload.ToJsonString()));

    [Theory]
    [InlineData("use", "\"enc\"")]
    [InlineData("key_ops", "[\"sign\"]")]
    [InlineData("alg", "\"PS256\"")]
    [InlineData("d", "\"AQAB\"")]
    [InlineData("kty", "\"oct\"")]
    [InlineData("e", "\"AQ\"")]
    [InlineData("n", "\"AQAB\"")]
    public async Task A_key_that_is_for_something_else_verifies_nothing(string name, string value)
    {
        var key = _issuer.RsaKey;
        key[name] = JsonNode.Parse(value);
        _keys = () => Issuer.Set(key, _issuer.CurveKey);

        await RefusedAsync(name, _issuer.Token());
    }

    [Fact]
    public async Task Two_keys_of_one_name_verify_nothing()
    {
        _keys = () => Issuer.Set(_issuer.RsaKey, _issuer.RsaKey, _issuer.CurveKey);

        await RefusedAsync("two keys", _issuer.Token());
    }

    [Fact]
    public async Task Four_hundred_tokens_of_a_seed_are_refused()
    {
        var random = new Random(Seed);
        string[] good = [_issuer.Token(), _issuer.Token(header => (header["alg"], header["kid"]) = ("ES256", "e1")), _issuer.Token(payload: payload => payload["sub"] = "root")];
        for (var i = 0; i < 400; i++)
        {
            var token = TokenMutator.Mutate(good, random);
            if (good.Contains(token)) continue;
            Assert.True((await CheckAsync(token)).Token is null, $"token {i} of seed {Seed} was accepted: {token}");
        }
    }

    [Fact]
    public async Task Clocks_may_be_apart_by_the_skew_and_no_more()
    {
        Assert.NotNull((await CheckAsync(_issuer.Token(payload: payload => payload["exp"] = Issuer.Now.AddSeconds(-29).ToUnixTimeSeconds()))).Token);
        Assert.NotNull((await CheckAsync(_issuer.Token(payload: payload => payload["nbf"] = Issuer.Now.AddSeconds(29).ToUnixTimeSeconds()))).Token);
    }

    [Fact]
    public async Task A_token_is_verified_once_and_kept_until_it_ends()
    {
        var token = _issuer.Token();
        var first = await CheckAsync(token);
        Assert.Same(first.Token, (await CheckAsync(token)).Token);
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(29));
        Assert.NotNull((await CheckAsync(token)).Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        await RefusedAsync("it has ended", token);
    }

    [Fact]
    public async Task A_token_is_not_kept_longer_than_its_key()
    {
        var token = _issuer.Token();
        Assert.NotNull((await CheckAsync(token)).Token);
        _keys = () => Issuer.Set(_issuer.CurveKey);
        _time.Advance(KeySource.Between);
        await RefusedAsync("a key that makes the set be read", _issuer.Token(header: header => header["kid"] = "r9"));
        await RefusedAsync("the key is gone", token);
    }

    [Fact]
    public async Task A_provider_that_changed_does_not_accept_what_it_accepted_before()
    {
        var token = _issuer.Token();
        Assert.NotNull((await CheckAsync(token)).Token);

        Assert.Null((await Gate(audience: "bank").CheckAsync($"Bearer {token}", Cancel)).Token);
    }

    [Fact]
    public async Task A_new_key_is_got_with_the_first_token_that_names_it()
    {
        Assert.NotNull((await CheckAsync(_issuer.Token())).Token);
        using var next = new Issuer();
        var key = next.RsaKey;
        key["kid"] = "r2";
        _keys = () => Issuer.Set(_issuer.RsaKey, key);
        _time.Advance(KeySource.Between);

        Assert.NotNull((await CheckAsync(next.Token(header => header["kid"] = "r2"))).Token);
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task Unknown_keys_make_nobody_ask_the_issuer_more_than_once_in_ten_seconds()
    {
        for (var i = 0; i < 100; i++) await RefusedAsync("unknown", _issuer.Token(header: header => header["kid"] = $"x{i}"));
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Keys_serve_on_while_the_issuer_cannot_be_reached_for_a_day()
    {
        Assert.NotNull((await CheckAsync(_issuer.Token())).Token);
        _keys = () => throw new HttpRequestException("it is down");
        _time.Advance(TimeSpan.FromHours(23));
        Assert.NotNull((await CheckAsync(_issuer.Token(payload: payload => payload["exp"] = _time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds()))).Token);
        _time.Advance(TimeSpan.FromHours(1));
        var late = await CheckAsync(_issuer.Token(payload: payload => payload["exp"] = _time.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds()));
        Assert.Equal(Verdict.NotReady, late.Refused!.Value.Verdict);
        Assert.Contains("it is down", late.Refused.Value.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subjects_that_differ_are_principals_that_differ_and_none_breaks_a_header()
    {
        var principals = new HashSet<string>();
        foreach (var subject in (string[])["a b", "a%20b", "a\r\nb", "\u00e4", "%C3%A4", "a"])
        {
            var check = await CheckAsync(_issuer.Token(payload: payload => payload["sub"] = subject));
            Assert.Matches("^[!-~]+$", check.Token!.Principal);
            Assert.True(principals.Add(check.Token.Principal), subject);
        }
    }

    private async Task RefusedAsync(string what, string token)
    {
        var check = await CheckAsync(token);
        Assert.True(check.Token is null, $"{what} was accepted");
        Assert.Equal(Verdict.Unauthenticated, check.Refused!.Value.Verdict);
    }

    private async Task<TokenCheck> CheckAsync(string token) => await _gate.CheckAsync($"Bearer {token}", Cancel);

    private TokenGate Gate(string audience = "shop")
    {
        var provider = new JwtProviderEntry { Name = "customers", Origin = Some.Origin, Issuer = Issuer.Name, Audiences = [audience], Algorithms = JwtProviderEntry.DefaultAlgorithms, Skew = JwtProviderEntry.DefaultSkew };
        var keys = new KeySource("customers", _ => { _reads++; return Task.FromResult(_keys()); }, NullLogger.Instance, _time);
        return new TokenGate([new JwtVerifier(provider, keys, _time)], _cache);
    }
}

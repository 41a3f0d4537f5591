using System.Net;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Ingress;

public sealed class CorsTests
{
    private const string Page = "http://localhost:3000";
    private const string Nothing = "- - - - -";
    private static readonly string[] Names = ["allow-origin", "allow-credentials", "allow-methods", "allow-headers", "max-age"];
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://*.shop.example", "https://a.shop.example", true)]
    [InlineData("https://*.shop.example", "https://A.B.Shop.example", true)]
    [InlineData("https://*.shop.example", "https://.shop.example", false)]
    [InlineData("https://*.shop.example", "https://evil.example:443.shop.example", false)]
    [InlineData("https://*.*.example:8443", "https://a.b.example:8443", true)]
    [InlineData("https://*.*.example:8443", "https://b.example:8443", false)]
    [InlineData("https://**x", "https://abx", true)]
    [InlineData("https://**x", "https://ax", false)]
    [InlineData("https://*ab*ab", "https://xabab", false)]
    [InlineData("https://*ab*ab", "https://xabyab", true)]
    public void A_star_stands_for_something_within_the_host(string allowed, string origin, bool fits) => Assert.Equal(fits, Gateway.Routing.CorsRules.Fits(origin, allowed));

    [Fact]
    public async Task A_preflight_is_answered_by_the_edge_whatever_the_path_and_reaches_no_function()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function, $"{Page}, https://shop.example/", credentials: true);

        foreach (var path in new[] { "/orders", "/nothing/here", "/events" })
        {
            using var answer = await SendAsync(edge, HttpMethod.Options, path, Page, ("access-control-request-method", "PUT"), ("access-control-request-headers", "content-type,x-a"));

            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal($"{Page} true PUT content-type, x-a 600", Cors(answer));
            Assert.Contains("Origin", answer.Headers.Vary);
        }

        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task A_preflight_of_another_origin_gets_nothing_to_go_by()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function, Page);

        foreach (var origin in new[] { "http://localhost:3001", "https://localhost:3000", "null" })
        {
            using var answer = await SendAsync(edge, HttpMethod.Options, "/orders", origin, ("access-control-request-method", "PUT"));

            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal(Nothing, Cors(answer));
            Assert.Contains("Origin", answer.Headers.Vary);
        }

        Assert.Empty(function.Requests);
    }

    [Fact]
    public async Task Preflights_are_counted_by_whether_the_origin_may_call()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function, Page);

        foreach (var origin in new[] { Page, "http://localhost:3001", Page })
        {
            using var answer = await SendAsync(edge, HttpMethod.Options, "/orders", origin, ("access-control-request-method", "PUT"));
        }

        var counted = edge.Metrics.Split('\n');
        Assert.Contains("""fnmesh_edge_preflights_total{fnmesh_allowed="true"} 2""", counted);
        Assert.Contains("""fnmesh_edge_preflights_total{fnmesh_allowed="false"} 1""", counted);
    }

    [Fact]
    public async Task What_a_function_says_of_origins_is_replaced_and_not_doubled()
    {
        await using var function = await ScriptedFunction.StartAsync((context, _) =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowMethods = "GET";
            context.Response.Headers.AccessControlExposeHeaders = "x-total";
            context.Response.Headers.Vary = "accept";
            return context.Response.WriteAsync("prices");
        });
        await using var edge = await StartAsync(function, Page, credentials: true);

        using var allowed = await SendAsync(edge, HttpMethod.Get, "/orders", Page);
        using var other = await SendAsync(edge, HttpMethod.Get, "/orders", "https://other.example");
        using var nobody = await SendAsync(edge, HttpMethod.Get, "/orders", null);

        Assert.Equal($"{Page} true - - -", Cors(allowed));
        Assert.Equal("x-total", Assert.Single(allowed.Headers.GetValues("access-control-expose-headers")));
        Assert.Equal("prices", await allowed.Content.ReadAsStringAsync(Cancel));
        Assert.All([other, nobody], answer =>
        {
            Assert.Equal(Nothing, Cors(answer));
            Assert.False(answer.Headers.Contains("access-control-expose-headers"));
        });
        Assert.All([allowed, other, nobody], answer => Assert.Equal(["accept", "Origin"], answer.Headers.Vary));
    }

    [Fact]
    public async Task With_an_asterisk_every_page_may_read_every_answer_the_meshs_own_too()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function, "*");

        using var answer = await SendAsync(edge, HttpMethod.Get, "/orders", "https://anybody.example");
        using var refused = await SendAsync(edge, HttpMethod.Get, "/nothing/here", "https://anybody.example");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (answer.StatusCode, refused.StatusCode));
        Assert.All([answer, refused], one => Assert.Equal("* - - - -", Cors(one)));
        Assert.Empty(answer.Headers.Vary);
    }

    [Fact]
    public async Task An_OPTIONS_that_is_no_preflight_goes_to_the_function()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await StartAsync(function, Page);

        using var answer = await SendAsync(edge, HttpMethod.Options, "/orders", Page);

        Assert.Equal("OPTIONS", Assert.Single(function.Requests).Method);
    }

    [Theory]
    [InlineData("*", true, "CORS is '*' and CORSCredentials is true, which no browser accepts; name the origins, such as http://localhost:3000, or set CORSCredentials to false")]
    [InlineData("*,http://a", false, "CORS has '*' beside other origins; write '*' alone, or the origins alone")]
    [InlineData("http://a/path", false, "CORS: 'http://a/path' is no origin; an origin is scheme, host and port, such as http://localhost:3000, and '*' stands for all of them")]
    [InlineData("http://a,localhost:3000", false, "CORS: 'localhost:3000' is no origin; an origin is scheme, host and port, such as http://localhost:3000, and '*' stands for all of them")]
    [InlineData("https://*.example", false, "CORS: 'https://*.example' is no origin; an origin is scheme, host and port, such as http://localhost:3000, and '*' stands for all of them")]
    public void What_is_no_list_of_origins_is_refused_with_the_mend(string written, bool credentials, string sentence)
    {
        Assert.Null(EdgeCors.Read(written, credentials, out var fault));
        Assert.Equal(sentence, fault);
    }

    [Theory]
    [InlineData("HTTP://LocalHost:3000/", "http://localhost:3000")]
    [InlineData("https://shop.example:443", "https://shop.example")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    public void Origins_are_compared_as_browsers_write_them(string written, string sent) => Assert.Equal(sent, EdgeCors.Read(written, credentials: false, out _)!.Allowed(sent));

    private static Task<Edge> StartAsync(ScriptedFunction function, string origins, bool credentials = false) =>
        Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/orders", "shop"), cors: EdgeCors.Read(origins, credentials, out _));

    private static Task<HttpResponseMessage> SendAsync(Edge edge, HttpMethod method, string path, string? origin, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (origin is not null) request.Headers.Add("origin", origin);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return edge.Client.SendAsync(request, Cancel);
    }

    /// <summary>Origin, credentials, methods, headers and max-age; a dash for what is not said.</summary>
    private static string Cors(HttpResponseMessage answer) => string.Join(' ', Names.Select(name => answer.Headers.TryGetValues($"access-control-{name}", out var values) ? string.Join('|', values) : "-"));
}

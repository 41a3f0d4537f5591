using System.Net;
using FnMesh.Functions.Binding;

namespace FnMesh.Functions.Tests.Hosting;

public sealed class HttpTests
{
    [Fact]
    public async Task The_function_of_the_template_answers_and_the_middleware_stands_around_it()
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.GetAsync("/Function1");
        Assert.Equal("Welcome to Azure Functions!", await answer.Content.ReadAsStringAsync());
        Assert.Equal("Function1", Assert.Single(answer.Headers.GetValues("x-stamp")));
    }

    [Theory]
    [InlineData("""{"id":"7","sku":"a","quantity":1}""", "application/json", HttpStatusCode.Accepted)]
    [InlineData("""{"id":"7","quantity":"many"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("7", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_is_bound_as_json_or_refused(string body, string type, HttpStatusCode expected)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.PostAsync("/orders", new StringContent(body, null, type));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Route_query_header_default_setting_and_service_are_bound()
    {
        await using var app = await RunningApp.StartAsync();
        app.Client.DefaultRequestHeaders.Add("x-tenant", "t");
        Assert.Equal("""{"sku":"abc","tenant":"t","currency":"Usd","amount":6}""", await app.Client.GetStringAsync("/eu/prices/abc?currency=usd&quantity=2"));
        Assert.Equal("""{"sku":"abc","tenant":"t","currency":"Eur","amount":3}""", await app.Client.GetStringAsync("/eu/prices/abc"));
        Assert.Equal("00000000000000000000000000000001 1.5 2026", await app.Client.GetStringAsync("/find/00000000-0000-0000-0000-000000000001?least=1.5&since=2026-01-02T00:00:00Z"));
    }

    [Theory]
    [InlineData("/eu/prices/abc?quantity=x", "the query 'quantity' is missing or not of type int.")]
    [InlineData("/eu/prices/abc?currency=9", "the query 'currency' is missing")]
    [InlineData("/find/7?since=2026-01-02", "the route 'id' is missing or not of type System.Guid.")]
    [InlineData("/find/00000000-0000-0000-0000-000000000001", "the query 'since' is missing")]
    public async Task A_value_that_cannot_be_read_is_refused_by_name(string path, string detail)
    {
        await using var app = await RunningApp.StartAsync();
        using var answer = await app.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(detail, (await answer.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_become_descriptors()
    {
        var all = FunctionRegistry.All().ToDictionary(function => function.Descriptor.Name, function => function.Descriptor);
        Assert.Equal(AuthorizationLevel.Function, all["Function1"].Level);
        Assert.Equal(["GET", "POST"], all["Function1"].Methods);
        Assert.Null(all["quote"].Level);
        Assert.True(all["quote"].Idempotent);
        Assert.Equal(new FunctionRetry(5, TimeSpan.FromSeconds(0.2), TimeSpan.FromMinutes(1)), all["charge"].Retry);
        Assert.Equal("subject LIKE 'order-%'", all["charge"].Filter);
        Assert.Equal("0 */5 * * * *", all["TimerTrigger1"].Schedule);
    }

    [Fact]
    public void An_app_outside_a_mesh_opens_no_port_and_says_why()
    {
        var fault = Assert.ThrowsAny<InvalidOperationException>(() => FunctionsApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]).Build());
        Assert.Contains("FNMESH_CONTROL is not set", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_without_a_value_is_named()
    {
        var fault = Assert.Throws<InvalidOperationException>(() => FunctionsApplication.CreateBuilder([]).BuildAlone(FunctionRegistry.All()));
        Assert.Contains("the setting AREA", fault.Message, StringComparison.Ordinal);
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Tests.Generators;

public sealed class FaultsTests
{
    [Theory]
    [InlineData("FNF0001", """[Function("a"), HttpTrigger] public void A() { } [Function("A"), HttpTrigger] public void B() { }""")]
    [InlineData("FNF0001", """[Function("a_b"), TimerTrigger("00:05:00")] public void A() { } [Function("a-b"), TimerTrigger("00:05:00")] public void B() { }""")]
    [InlineData("FNF0002", """[Function("a")] public void A() { }""")]
    [InlineData("FNF0003", """[Function("a"), HttpTrigger, TimerTrigger("0 * * * *")] public void A() { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger("get")] public void A(C body) { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger] public void A(ref int n) { }""")]
    [InlineData("FNF0004", """[Function("a"), CloudEventTrigger("t")] public void A(int n) { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger("get")] public void A([FromServices] C c, [Microsoft.AspNetCore.Mvc.FromQuery] C q) { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger("post")] public void A(C one, C two) { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger("get", Route = "a/{id}")] public void A(int[] id) { }""")]
    [InlineData("FNF0004", """[Function("a"), CloudEventTrigger("t")] public void A([Microsoft.AspNetCore.Mvc.FromHeader] string h) { }""")]
    [InlineData("FNF0004", """[Function("a")] public void A([EventGridTrigger] CloudNative.CloudEvents.CloudEvent[] events, CloudNative.CloudEvents.CloudEvent one) { }""")]
    [InlineData("FNF0004", """[Function("a"), CloudEventTrigger("t")] public void A(CloudNative.CloudEvents.CloudEvent one, CloudNative.CloudEvents.CloudEvent[] events) { }""")]
    [InlineData("FNF0004", """[Function("a"), CloudEventTrigger("t")] public void A(CloudNative.CloudEvents.CloudEvent[] events, C data) { }""")]
    [InlineData("FNF0004", """[Function("a")] public void A([TimerTrigger("00:05:00")] TimerInfo t, Microsoft.AspNetCore.Http.HttpRequest r) { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(Route = "a b")] public void A() { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(Route = "_fnmesh/x")] public void A() { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(AuthorizationLevel.Anonymous, Route = "events")] public void A() { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(Route = "a/{id")] public void A() { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(Route = "a/{id}/{ID}")] public void A(string id) { }""")]
    [InlineData("FNF0006", """[Function("a"), HttpTrigger(Route = "a/{id}")] public void A() { }""")]
    [InlineData("FNF0007", """[Function("a"), TimerTrigger("61 * * * *")] public void A() { }""")]
    [InlineData("FNF0007", """[Function("a"), TimerTrigger("soon")] public void A() { }""")]
    [InlineData("FNF0008", """[Function("a")] public void A([KafkaTrigger("b", "t")] string text) { }""")]
    [InlineData("FNF0009", """[Function("a")] public void A([HttpTrigger] HttpRequestData request) { }""")]
    [InlineData("FNF0009", """[Function("a")] public void A([BlobTrigger("x")] string text) { }""")]
    [InlineData("FNF0009", """[Function("a"), HttpTrigger] public HttpResponseData A() => null;""")]
    [InlineData("FNF0009", """[Function("a"), HttpTrigger] public void A(Microsoft.AspNetCore.Http.IFormFile file) { }""")]
    [InlineData("FNF0009", """[Function("a"), HttpTrigger] public void A([Microsoft.AspNetCore.Mvc.FromForm] string name) { }""")]
    [InlineData("FNF0009", """[Function("a"), HttpTrigger] public void A([Microsoft.AspNetCore.Http.AsParameters] C all) { }""")]
    [InlineData("FNF0009", """[Function("a")] public void A([EventGridTrigger(IsBatched = true)] CloudNative.CloudEvents.CloudEvent[] events) { }""")]
    [InlineData("FNF0009", """[Function("a"), HttpTrigger, KafkaOutput("t")] public void A() { }""")]
    [InlineData("FNF0009", """public class Both { [HttpResult] public string Answer { get; set; } [KafkaOutput("t")] public string Event { get; set; } } [Function("a"), HttpTrigger] public Both A() => null;""")]
    [InlineData("FNF0010", """public C(string text) { } [Function("a"), HttpTrigger] public void A() { }""")]
    [InlineData("FNF0010", """public required string Text { get; set; } [Function("a"), HttpTrigger] public void A() { }""")]
    [InlineData("FNF0010", """private C() { } [Function("a"), HttpTrigger] public void A() { }""")]
    [InlineData("FNF0010", """[Function("a"), HttpTrigger] private void A() { }""")]
    [InlineData("FNF0010", """[Function("a"), HttpTrigger] public void A<T>() { }""")]
    [InlineData("FNF0010", """[Function("a"), HttpTrigger] public async void A() { }""")]
    [InlineData("FNF0011", """[Function("1a"), HttpTrigger] public void A() { }""")]
    [InlineData("FNF0012", """[Function("a"), TimerTrigger("00:05:00")] public int A() => 1;""")]
    [InlineData("FNF0013", """[Function("a"), CloudEventTrigger("t"), FixedDelayRetry(1, "x")] public void A() { }""")]
    [InlineData("FNF0012", """[Function("a"), HttpTrigger] public (int A, int B) A() => (1, 2);""")]
    [InlineData("FNF0012", """[Function("a"), CloudEventTrigger("t")] public string A() => "";""")]
    [InlineData("FNF0012", """[Function("a"), CloudEventTrigger("t")] public Microsoft.AspNetCore.Mvc.IActionResult A() => null;""")]
    [InlineData("FNF0013", """[Function("a"), CloudEventTrigger("t"), FixedDelayRetry(-1, "00:00:01")] public void A() { }""")]
    [InlineData("FNF0013", """[Function("a"), CloudEventTrigger("t"), ExponentialBackoffRetry(1, "00:00:02", "00:00:01")] public void A() { }""")]
    [InlineData("FNF0013", """[Function("a"), CloudEventTrigger("t"), FixedDelayRetry(1, "00:00:01"), ExponentialBackoffRetry(1, "00:00:01", "00:00:02")] public void A() { }""")]
    [InlineData("FNF0014", """[Function("a"), HttpTrigger, FixedDelayRetry(1, "00:00:01")] public void A() { }""")]
    [InlineData("FNF0014", """[Function("a"), TimerTrigger("00:05:00"), Idempotent] public void A() { }""")]
    [InlineData("FNF0014", """[Function("a"), TimerTrigger("00:05:00"), CloudEventOutput("t")] public void A() { }""")]
    [InlineData("FNF0014", """[Function("a"), HttpTrigger, CloudEventOutput("t")] public Microsoft.AspNetCore.Http.IResult A() => null;""")]
    [InlineData("FNF0015", """[Function("a"), CloudEventTrigger("shop.*")] public void A() { }""")]
    [InlineData("FNF0015", """[Function("a"), TimerTrigger("00:05:00"), CloudEventOutput("")] public int A() => 1;""")]
    [InlineData("FNF0016", """[Function("a"), HttpTrigger("fetch")] public void A() { }""")]
    [InlineData("FNF0017", """[Function("a"), HttpTrigger("get", Route = "x/{id}")] public void A(int id) { } [Function("b"), HttpTrigger(Route = "X/{name}")] public void B(string name) { }""")]
    [InlineData("FNF0018", """[Function("a"), CloudEventTrigger("t", Filter = "subject LIKE 5")] public void A() { }""")]
    [InlineData("FNF0018", """[Function("a"), CloudEventTrigger("t", Filter = "subject")] public void A() { }""")]
    public void A_function_that_cannot_work_is_reported_with_its_code(string code, string members) =>
        Assert.Equal([code], Report(members).Select(fault => fault.Id));

    [Theory]
    [InlineData("""[Function("a"), TimerTrigger("0 30 9-17 * JAN-MAR MON")] public void A(TimerInfo timer) { }""")]
    [InlineData("""[Function("a"), HttpTrigger(Route = "a/{id:int}/{*rest}")] public void A(int id, string rest) { }""")]
    [InlineData("""[Function("a"), HttpTrigger("get", Route = "x/{id}")] public void A(int id) { } [Function("b"), HttpTrigger("post", Route = "x/{id}")] public void B(int id) { } [Function("c"), HttpTrigger(Route = "x/{id:int}")] public void D(int id) { }""")]
    [InlineData("""[Function("a"), CloudEventTrigger("t", Filter = "subject LIKE 'a%' AND INT(hops) < 3")] public void A() { }""")]
    [InlineData("""[Function("a"), CloudEventTrigger("t"), CloudEventOutput("u")] public string A([FromBody] string text) => text;""")]
    public void A_function_that_works_is_not_reported(string members) => Assert.Empty(Report(members));

    [Fact]
    public void An_attribute_of_which_there_are_two_is_the_compilers_to_report() => Assert.Equal(["CS0104"], Compiled.From(
        """using FnMesh.Functions; using Microsoft.AspNetCore.Mvc; public class C { [Function("a"), HttpTrigger("post")] public void A([FromBody] C body) { } }""").Faults.Select(fault => fault.Id));

    [Theory]
    [InlineData("CS1503", """[Function("a"), CloudEventTrigger("t"), FixedDelayRetry("1", "00:00:01")] public void A() { }""")]
    [InlineData("CS1503", """[Function("a"), TimerTrigger(5)] public void A() { }""")]
    [InlineData("CS1503", """[Function(5), HttpTrigger] public void A() { }""")]
    [InlineData("CS1503", """[Function("a"), HttpTrigger, CloudEventOutput(5)] public int A() => 1;""")]
    [InlineData("CS7036", """[Function("a"), CloudEventTrigger("t"), FixedDelayRetry(1)] public void A() { }""")]
    public void An_attribute_whose_arguments_do_not_bind_is_the_compilers_to_report(string code, string members) =>
        Assert.Equal([code], Compiled.From($"using FnMesh.Functions; public class C {{ {members} }}").Faults.Select(fault => fault.Id));

    [Theory]
    [InlineData("double x = double.NaN", "double.NaN")]
    [InlineData("double x = double.PositiveInfinity", "double.PositiveInfinity")]
    [InlineData("float? x = float.NegativeInfinity", "float.NegativeInfinity")]
    [InlineData("double x = 1e300", "1E+300")]
    public void A_default_that_no_literal_spells_is_written_as_its_constant(string parameter, string written)
    {
        var compiled = Compiled.From($"using FnMesh.Functions; public class C {{ [Function(\"a\"), HttpTrigger] public void A({parameter}) {{ }} }}");
        Assert.Empty(compiled.Faults);
        Assert.Contains($")({written})", compiled.Generated, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""var request = await context.GetHttpRequestDataAsync(); request!.Headers.Add("a", "b");""")]
    [InlineData("""var response = context.GetHttpResponseData(); response!.Headers.Add("a", "b");""")]
    [InlineData("""_ = context.BindingContext.BindingData.TryGetValue("id", out object? id);""")]
    [InlineData("""_ = context.GetOutputBindings<object>().First(binding => binding.Name == "x").Value;""")]
    [InlineData("""_ = (await context.BindInputAsync<string>(context.FunctionDefinition.InputBindings.Values.First())).Value;""")]
    [InlineData("""_ = context.Features;""")]
    [InlineData("""_ = context.FunctionDefinition.Parameters;""")]
    [InlineData("""_ = context.FunctionDefinition.OutputBindings;""")]
    public void A_member_of_Azure_that_is_not_there_is_reported_with_a_code_and_a_mend(string statement)
    {
        var fault = Assert.Single(Compiled.From(
            $"using System.Linq; using System.Threading.Tasks; using FnMesh.Functions; public class C {{ public async Task A(FunctionContext context) {{ await Task.Yield(); {statement} }} }}").Faults);
        Assert.Equal(("FNF0009", DiagnosticSeverity.Error), (fault.Id, fault.Severity));
        Assert.Contains("has no counterpart in FnMesh: ", fault.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class C { async System.Threading.Tasks.Task A(HttpRequestData request) => await System.Threading.Tasks.Task.Yield(); }")]
    [InlineData("class C { HttpResponseData? A() => null; }")]
    [InlineData("class C { void A(object o) { if (o is HttpRequestData r) { } } }")]
    public void A_type_of_Azure_that_is_not_there_is_reported_wherever_it_stands(string text) =>
        Assert.Equal(["FNF0009"], Compiled.From("using FnMesh.Functions; " + text).Reported.Select(fault => fault.Id));

    [Fact]
    public void A_filter_that_is_none_is_reported_with_its_place_and_mend() => Assert.Equal(
        "The filter of the function 'a' is no filter in CESQL at character 14: LIKE takes a text in quotes, not a number, in: subject LIKE »5«",
        Assert.Single(Report("""[Function("a"), CloudEventTrigger("t", Filter = "subject LIKE 5")] public void A() { }""")).GetMessage(null));

    [Fact]
    public void A_type_of_that_name_which_is_there_is_the_authors_own() =>
        Assert.Empty(Compiled.From("class HttpRequestData { } class C { HttpRequestData A() => new(); }").Faults);

    private static ImmutableArray<Diagnostic> Report(string members) => Compiled.From(
        $"using FnMesh.Functions; using Microsoft.AspNetCore.Mvc; using FromBodyAttribute = FnMesh.Functions.FromBodyAttribute; public class C {{ {members} }}").Reported;
}

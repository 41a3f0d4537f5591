using System.Collections.Immutable;
using FnMesh.Functions.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Tests.Generators;

public sealed class FaultsTests
{
    [Theory]
    [InlineData("FNF0001", """[Function("a"), HttpTrigger] public void A() { } [Function("A"), HttpTrigger] public void B() { }""")]
    [InlineData("FNF0002", """[Function("a")] public void A() { }""")]
    [InlineData("FNF0003", """[Function("a"), HttpTrigger, TimerTrigger("0 * * * *")] public void A() { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger("get")] public void A(C body) { }""")]
    [InlineData("FNF0004", """[Function("a"), HttpTrigger] public void A(ref int n) { }""")]
    [InlineData("FNF0004", """[Function("a"), CloudEventTrigger("t")] public void A(int n) { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(Route = "a/{id")] public void A() { }""")]
    [InlineData("FNF0005", """[Function("a"), HttpTrigger(Route = "a/{id}/{ID}")] public void A(string id) { }""")]
    [InlineData("FNF0006", """[Function("a"), HttpTrigger(Route = "a/{id}")] public void A() { }""")]
    [InlineData("FNF0007", """[Function("a"), TimerTrigger("61 * * * *")] public void A() { }""")]
    [InlineData("FNF0007", """[Function("a"), TimerTrigger("soon")] public void A() { }""")]
    [InlineData("FNF0008", """[Function("a")] public void A([KafkaTrigger("b", "t")] string text) { }""")]
    [InlineData("FNF0009", """[Function("a")] public void A([HttpTrigger] HttpRequestData request) { }""")]
    [InlineData("FNF0009", """[Function("a")] public void A([BlobTrigger("x")] string text) { }""")]
    [InlineData("FNF0009", """[Function("a"), HttpTrigger] public HttpResponseData A() => null;""")]
    [InlineData("FNF0010", """[Function("a"), HttpTrigger] private void A() { }""")]
    [InlineData("FNF0010", """[Function("a"), HttpTrigger] public void A<T>() { }""")]
    [InlineData("FNF0010", """[Function("a"), HttpTrigger] public async void A() { }""")]
    [InlineData("FNF0011", """[Function("1a"), HttpTrigger] public void A() { }""")]
    [InlineData("FNF0012", """[Function("a"), TimerTrigger("00:05:00")] public int A() => 1;""")]
    [InlineData("FNF0013", """[Function("a"), CloudEventTrigger("t"), FixedDelayRetry(1, "x")] public void A() { }""")]
    public void A_function_that_cannot_work_is_reported_with_its_code(string code, string members) =>
        Assert.Equal([code], Report(members).Select(fault => fault.Id));

    [Theory]
    [InlineData("""[Function("a"), TimerTrigger("0 30 9-17 * JAN-MAR MON")] public void A(TimerInfo timer) { }""")]
    [InlineData("""[Function("a"), HttpTrigger(Route = "a/{id:int}/{*rest}")] public void A(int id, string rest) { }""")]
    public void A_function_that_works_is_not_reported(string members) => Assert.Empty(Report(members));

    [Fact]
    public void Every_code_is_documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FnMesh.sln")))
        {
            folder = folder.Parent!;
        }

        var document = File.ReadAllText(Path.Combine(folder.FullName, "docs", "functions.md"));
        var codes = typeof(Faults).GetFields().Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Id).ToArray();
        Assert.Equal(13, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Contains($"| {code} |", document, StringComparison.Ordinal));
    }

    private static ImmutableArray<Diagnostic> Report(string members)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("app", [CSharpSyntaxTree.ParseText($"using FnMesh.Functions; public class C {{ {members} }}")], references);
        return CSharpGeneratorDriver.Create(new FunctionGenerator()).RunGenerators(compilation).GetRunResult().Diagnostics;
    }
}

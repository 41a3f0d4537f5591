using System.Text.RegularExpressions;
using FnMesh.Functions.Tests.Corpus;

namespace FnMesh.Functions.Tests.Generators;

/// <summary>What Azure's templates give compiles after its namespaces are exchanged, and nothing else.</summary>
public sealed partial class TemplateTests
{
    [Theory]
    [InlineData(Texts.Program)]
    [InlineData(Texts.HostProgram)]
    [InlineData(Texts.Http)]
    [InlineData(Texts.Timer)]
    [InlineData(Texts.EventGrid)]
    public void A_file_of_the_template_compiles_after_changing_its_usings(string text) => Assert.Empty(Compiled.From(Moved(text)).Faults);

    [Fact]
    public void The_Kafka_trigger_of_the_template_compiles_but_for_the_refusal_of_its_function()
    {
        var fault = Assert.Single(Compiled.From(Moved(Texts.Kafka)).Faults);
        Assert.Equal("FNF0008", fault.Id);
        Assert.Contains("take the events with CloudEventTrigger", fault.GetMessage(null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Texts.Http)]
    [InlineData(Texts.Timer)]
    [InlineData(Texts.EventGrid)]
    public void Generated_code_binds_without_reflection(string text)
    {
        var generated = Compiled.From(Moved(text)).Generated;
        Assert.Contains("FunctionRegistry.Add", generated, StringComparison.Ordinal);
        Assert.DoesNotMatch(Reflection(), generated);
    }

    private static string Moved(string text) =>
        Azure().Replace(text, "FnMesh.Functions").Replace("using Azure.Messaging;", "using CloudNative.CloudEvents;", StringComparison.Ordinal)
            .Replace("using FnMesh.Functions;\nusing FnMesh.Functions;\n", "using FnMesh.Functions;\n", StringComparison.Ordinal);

    [GeneratedRegex(@"Microsoft\.Azure\.Functions\.Worker(\.(Http|Builder|Middleware))?")]
    private static partial Regex Azure();

    [GeneratedRegex(@"typeof|GetType|Reflection|Activator\b|ActivatorUtilities|Invoke\(|dynamic|Expression|MethodInfo")]
    private static partial Regex Reflection();
}

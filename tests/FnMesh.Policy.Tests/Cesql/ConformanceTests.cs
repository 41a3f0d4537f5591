using FnMesh.Policy.Cesql;

namespace FnMesh.Policy.Tests.Cesql;

/// <summary>CESQL 1.0, test compatibility kit.</summary>
public class ConformanceTests
{
    public static TheoryData<string> Names => [.. Cases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_expression_gives_the_value_and_the_error_of_the_suite(string name)
    {
        var item = Cases.All[name];
        var outcome = Cases.Evaluate(Cases.Text(item, "expression"), Cases.Attributes(item));

        Assert.Equal(Cases.Error(item), outcome.Errors);
        if (item.TryGetProperty("result", out var result)) Assert.Equal(Cases.Value(result), outcome.Value);
        Assert.NotEqual(CesqlType.Any, outcome.Value.Type);
    }

    [Fact]
    public void The_suite_has_275_cases() => Assert.Equal(275, Cases.All.Count);
}

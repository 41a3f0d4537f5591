namespace FnMesh.Gateway.Tests.Conformance;

public sealed class ConformanceSuiteTests
{
    [Fact]
    public void Every_test_of_the_suite_has_a_table_or_tests_of_ours_or_a_reason_why_not()
    {
        Assert.Equal(ConformanceSuite.Tests.Length, ConformanceSuite.Tests.DistinctBy(test => test.Name).Count());
        Assert.All(ConformanceSuite.Tests, test => Assert.False(test is { Table: null, Class: null, Reason: null }, test.Name));
    }

    [Fact]
    public void Every_table_that_is_named_is_there_and_every_table_that_is_there_is_named()
    {
        var named = ConformanceSuite.Tests.Select(test => test.Table).OfType<string>().Concat(ConformanceSuite.Ours).Distinct();

        Assert.Equal(ConformanceTests.Tables().Select(row => row.Data).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_class_that_is_named_has_tests() =>
        Assert.All(ConformanceSuite.Tests.Select(test => test.Class).OfType<Type>().Distinct(), type => Assert.Contains(type.GetMethods(), method => method.IsDefined(typeof(FactAttribute), inherit: true)));
}

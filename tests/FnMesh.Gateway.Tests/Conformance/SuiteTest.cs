namespace FnMesh.Gateway.Tests.Conformance;

/// <summary>What became of one test of the standard's conformance suite.</summary>
/// <param name="Name">Its short name.</param>
/// <param name="Table">The table of ours that has its calls; null for none.</param>
/// <param name="Class">The tests of ours that ask for the same; null for none.</param>
/// <param name="Reason">Why there is neither, or what is left out; null when nothing is.</param>
internal sealed record SuiteTest(string Name, string? Table, Type? Class, string? Reason)
{
    /// <summary>A table of the same name.</summary>
    public static SuiteTest Same(string name, string? except = null) => new(name, name, null, except);

    public static SuiteTest Within(string name, string table, string? except = null) => new(name, table, null, except);

    public static SuiteTest As<TTests>(string name) => new(name, null, typeof(TTests), null);

    public static IEnumerable<SuiteTest> None(string reason, params string[] names) => names.Select(name => new SuiteTest(name, null, null, reason));
}

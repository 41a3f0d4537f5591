namespace FnMesh.House.Tests;

public sealed class FormTests
{
    private static readonly string[] Packaged = ["control/FnMesh.Node/", "policies/FnMesh.Policy/", "runtime-shim/FnMesh.Functions/"];

    [Fact]
    public void Every_source_file_has_the_form_of_the_house() =>
        Expect.None(Repository.Files(".cs").Where(file => !file.IsUsers).SelectMany(Form.Violations));

    [Fact]
    public void Every_public_type_of_a_packaged_library_has_a_summary_and_every_event_that_it_logs_a_number() =>
        Expect.None(Repository.Files(".cs").Where(file => Packaged.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal))).SelectMany(Form.Debts));

    [Theory]
    [InlineData("[Flags]\npublic enum Kind { A }\n", "no summary")]
    [InlineData("/// <summary>A kind.</summary>\npublic enum Kind\n{\n    [LoggerMessage(Level = LogLevel.Error)]\n}\n", "no EventId")]
    public void A_debt_to_users_is_found(string text, string complaint) => Assert.Contains(complaint, Assert.Single(Form.Debts(new TextFile("a/Kind.cs", text))));

    [Fact]
    public void No_file_names_a_path_of_one_machine() =>
        Expect.None(Repository.Files(".cs", ".csproj", ".props", ".targets", ".json", ".yaml", ".md", ".sh", ".cmd", "").SelectMany(Form.MachinePaths));

    [Fact]
    public void No_lock_file_of_npm_names_a_host_to_download_from() =>
        Assert.DoesNotContain(Repository.Files(".json"), file => file.Name == "package-lock" && file.Text.Contains("\"resolved\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("a/Broker.cs", "public sealed class Broker;\ninternal enum Kind { A }\n", "one top-level type per file")]
    [InlineData("a/Broker.cs", "internal readonly record struct Log(int A);\n", "the name of its type")]
    [InlineData("a/EventManager.cs", "public static class EventManager\n{\n}\n", "says nothing")]
    public void A_file_without_the_form_is_found(string path, string text, string complaint) =>
        Assert.Contains(complaint, Assert.Single(Form.Violations(new TextFile(path, text))));

    [Fact]
    public void A_long_file_is_found_in_the_product_and_allowed_in_tests()
    {
        var text = "internal enum Kind\n{\n" + new string('\n', 400) + "}\n";
        Assert.Contains("too long", Assert.Single(Form.Violations(new TextFile("control/X/Kind.cs", text))));
        Assert.Empty(Form.Violations(new TextFile("tests/X/Kind.cs", text)));
    }

    [Fact]
    public void Inner_types_partial_files_and_top_level_programs_are_allowed()
    {
        Assert.Empty(Form.Violations(new TextFile("a/Kind.Parts.cs", "internal sealed partial class Kind\n{\n    private sealed record Inner;\n}\n")));
        Assert.Empty(Form.Violations(new TextFile("a/Program.cs", "return 0;\n")));
        Assert.Empty(Form.Violations(new TextFile("a/Request{T}.cs", "internal sealed class Request<T>;\n")));
    }

    [Fact]
    public void A_path_of_one_machine_is_found()
    {
        var home = "/" + "home/somebody/fnmesh";
        Assert.Single(Form.MachinePaths(new TextFile("a.md", $"see {home}/x")));
        Assert.Empty(Form.MachinePaths(new TextFile("a.md", "GET /v1/home/7 and https://x.example" + home)));
    }
}

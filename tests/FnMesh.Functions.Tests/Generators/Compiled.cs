using System.Collections.Immutable;
using FnMesh.Functions.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FnMesh.Functions.Tests.Generators;

/// <summary>A file compiled with the generator.</summary>
/// <param name="Reported">What the generator says.</param>
/// <param name="Faults">Errors and warnings of generator and compiler.</param>
/// <param name="Generated">The code that was made.</param>
internal sealed record Compiled(ImmutableArray<Diagnostic> Reported, ImmutableArray<Diagnostic> Faults, string Generated)
{
    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(path => Path.GetFileNameWithoutExtension(path) != "FnMesh.Functions.Tests").Select(path => MetadataReference.CreateFromFile(path))];

    public static Compiled From(string text)
    {
        var (run, compiled) = Compile(text);
        return new(
            run.Diagnostics,
            [.. run.Diagnostics.Concat(compiled.GetDiagnostics()).Where(fault => fault.Severity >= DiagnosticSeverity.Warning)],
            string.Concat(run.GeneratedTrees.Select(tree => tree.ToString())));
    }

    /// <summary>Writes the file's assembly, generated code included, to a path.</summary>
    public static void Emit(string text, string path) => Assert.Empty(Compile(text).Compiled.Emit(path).Diagnostics.Where(fault => fault.Severity == DiagnosticSeverity.Error));

    private static (GeneratorDriverRunResult Run, Compilation Compiled) Compile(string text)
    {
        var tree = CSharpSyntaxTree.ParseText(text);
        var kind = tree.GetCompilationUnitRoot().Members.Any(SyntaxKind.GlobalStatement) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary;
        // What every project of the SDK leaves out, too.
        var options = new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable, specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress)]);
        var compilation = CSharpCompilation.Create("app", [tree], References, options);
        var run = CSharpGeneratorDriver.Create(new FunctionGenerator()).RunGeneratorsAndUpdateCompilation(compilation, out var compiled, out _).GetRunResult();
        return (run, compiled);
    }
}

using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>What is wrong with a function, and where.</summary>
internal sealed record Fault(DiagnosticDescriptor Kind, Place Place, string Subject, string Detail = "")
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Kind, Place.ToLocation(), Subject, Detail);
}

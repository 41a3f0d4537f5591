using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Declarations;

/// <summary>What the functions of a revision say of themselves in code.</summary>
/// <param name="App">The app's qualified name.</param>
/// <param name="Revision">The revision's qualified name.</param>
/// <param name="Functions">At most <see cref="MaxFunctions"/>.</param>
public sealed record Declaration(string App, string Revision, ImmutableArray<DeclaredFunction> Functions)
{
    public const int MaxFunctions = 512;

    /// <summary>What stands for a file where a function's declaration is named as the place of something.</summary>
    public string PlaceOf(DeclaredFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return $"{Origin.InCode}{Revision} {function.Name}";
    }
}

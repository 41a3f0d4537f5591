using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace FnMesh.Functions.Generators;

/// <summary>A place in the source that holds on to no syntax tree.</summary>
internal sealed record Place(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static Place Of(ISymbol symbol) => Of(symbol.Locations.FirstOrDefault() ?? Location.None);

    public static Place Of(Location location) => new(location.SourceTree?.FilePath ?? "", location.SourceSpan, location.GetLineSpan().Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}

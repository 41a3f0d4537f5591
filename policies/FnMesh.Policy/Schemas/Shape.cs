using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;
using FnMesh.Policy.Yaml;

namespace FnMesh.Policy.Schemas;

/// <summary>
/// A piece of a document that nobody has written: it notes what a reader asks of it, and so knows what may stand in its place. The readers are the
/// one description of the kinds; schemas are what they ask for.
/// </summary>
internal sealed record Shape() : YamlNode(new Origin("", 0, 0))
{
    private readonly Dictionary<string, Shape> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _required = new(StringComparer.Ordinal);
    private readonly List<ImmutableArray<string>> _choices = [];

    private Shape? Parent { get; init; }

    public override string Description => "a shape";

    /// <summary>What the map is called where it is read; null when it is read as none.</summary>
    public string? MapName { get; private set; }

    /// <summary>Whether it stands inside of a map of the same name, which it repeats.</summary>
    public bool Repeats { get; private set; }

    /// <summary>In the order of reading.</summary>
    public IReadOnlyDictionary<string, Shape> Fields => _fields;

    public IReadOnlyCollection<string> Required => _required;

    /// <summary>Groups of fields of which exactly one is written.</summary>
    public IReadOnlyList<ImmutableArray<string>> ExactlyOne => _choices;

    /// <summary>What stands under names that are free; null when none are.</summary>
    public Shape? Free { get; private set; }

    /// <summary>What a list holds; null when it is read as none.</summary>
    public Shape? Item { get; private set; }

    /// <summary>Whether a list or a map of free names has at least one item.</summary>
    public bool Filled { get; set; }

    /// <summary>What a single value may be; null when it is read as none.</summary>
    public ScalarShape? Scalar { get; set; }

    /// <summary>False where an ancestor is a map of that name: what repeats itself has no end.</summary>
    public bool OpenMap(string name)
    {
        for (var above = Parent; above is not null; above = above.Parent)
        {
            if (above.MapName != name) continue;
            (MapName, Repeats) = (name, true);
            return false;
        }

        MapName = name;
        return true;
    }

    public Shape Field(string name, bool required)
    {
        if (required) _required.Add(name);
        if (_fields.TryGetValue(name, out var known)) return known;
        return _fields[name] = new Shape { Parent = this };
    }

    public Shape AnyField() => Free ??= new Shape { Parent = this };

    public Shape OpenList() => Item ??= new Shape { Parent = this };

    public void Choose(ReadOnlySpan<string> fields) => _choices.Add([.. fields]);

    public bool Equals(Shape? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

namespace FnMesh.Policy.Cesql;

/// <summary>What a built-in function takes and gives (CESQL 1.0, 3.5 and 3.7).</summary>
/// <param name="Name">In upper case; names have no case.</param>
/// <param name="Returns">The type of its value.</param>
/// <param name="Parameters">Those that it always takes; <see cref="CesqlType.Any"/> is not cast.</param>
/// <param name="TakesMore">Whether any number of strings may follow.</param>
internal sealed record CesqlFunction(string Name, CesqlType Returns, CesqlType[] Parameters, bool TakesMore = false)
{
    private static readonly CesqlFunction[] All =
    [
        new("INT", CesqlType.Integer, [CesqlType.Any]),
        new("BOOL", CesqlType.Boolean, [CesqlType.Any]),
        new("STRING", CesqlType.String, [CesqlType.Any]),
        new("ABS", CesqlType.Integer, [CesqlType.Integer]),
        new("LENGTH", CesqlType.Integer, [CesqlType.String]),
        new("CONCAT", CesqlType.String, [], TakesMore: true),
        new("CONCAT_WS", CesqlType.String, [CesqlType.String], TakesMore: true),
        new("LOWER", CesqlType.String, [CesqlType.String]),
        new("UPPER", CesqlType.String, [CesqlType.String]),
        new("TRIM", CesqlType.String, [CesqlType.String]),
        new("LEFT", CesqlType.String, [CesqlType.String, CesqlType.Integer]),
        new("RIGHT", CesqlType.String, [CesqlType.String, CesqlType.Integer]),
        new("SUBSTRING", CesqlType.String, [CesqlType.String, CesqlType.Integer]),
        new("SUBSTRING", CesqlType.String, [CesqlType.String, CesqlType.Integer, CesqlType.Integer]),
    ];

    public CesqlType TypeOf(int argument) => argument < Parameters.Length ? Parameters[argument] : CesqlType.String;

    /// <summary>Null where there is none of that name, or none that takes so many arguments.</summary>
    public static CesqlFunction? Find(string name, int arguments) => Named(name).FirstOrDefault(one => one.Takes(arguments));

    /// <summary>Why there is no such function, with its mend.</summary>
    public static string Missing(string name, int arguments)
    {
        var known = Named(name).Select(one => one.TakesMore ? $"{one.Parameters.Length} or more" : $"{one.Parameters.Length}").ToList();
        return known.Count == 0
            ? $"there is no function {(name.Length > 40 ? "of that long name" : name)}; there are {string.Join(", ", All.Select(one => one.Name).Distinct().OrderBy(one => one, StringComparer.Ordinal))}"
            : $"{name.ToUpperInvariant()} takes {string.Join(" or ", known)} arguments, not {arguments}";
    }

    private bool Takes(int arguments) => arguments == Parameters.Length || (TakesMore && arguments > Parameters.Length);

    private static IEnumerable<CesqlFunction> Named(string name) => All.Where(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));
}

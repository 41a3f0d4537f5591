using System.Collections.Immutable;
using System.Text.Json;
using FnMesh.Policy;
using FnMesh.Policy.Cesql;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Events;

/// <summary>What the data of an event must have at one place, compiled. Each value that the path leads to is looked at once.</summary>
internal sealed class DataCondition(DataTest test)
{
    private readonly ImmutableArray<DataStep> _steps = DataPath.Parse(test.Path).Steps;
    private readonly LikePattern? _like = test.Like is { } pattern ? new LikePattern(pattern) : null;
    private readonly bool _isText = test.Prefix is not null || test.Suffix is not null || test.Like is not null;
    private readonly bool _isNumber = (test.Above ?? test.Min ?? test.Below ?? test.Max) is not null;

    /// <exception cref="InvalidOperationException">A string in the way has half a surrogate pair, which is no text.</exception>
    public bool Holds(JsonElement data) => Walk(data, 0) != (test.Exists == false);

    private bool Walk(JsonElement value, int step)
    {
        if (step == _steps.Length) return Holds(value, test);
        var (member, item) = _steps[step];
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when member is not null:
                return value.TryGetProperty(member, out var inner) && Walk(inner, step + 1);
            case JsonValueKind.Array when item is { } index:
                return index < value.GetArrayLength() && Walk(value[index], step + 1);
            case JsonValueKind.Object when item is null:
                foreach (var each in value.EnumerateObject())
                {
                    if (Walk(each.Value, step + 1)) return true;
                }

                return false;
            case JsonValueKind.Array when member is null:
                foreach (var each in value.EnumerateArray())
                {
                    if (Walk(each, step + 1)) return true;
                }

                return false;
            default:
                return false;
        }
    }

    private bool Holds(JsonElement value, DataTest wanted) =>
        (wanted.In is not { } values || IsOneOf(value, values))
        && (!_isText || (value.ValueKind == JsonValueKind.String && HoldsText(value.GetString()!, wanted)))
        && (!_isNumber || (value.ValueKind == JsonValueKind.Number && HoldsNumber(value, wanted)));

    private static bool IsOneOf(JsonElement value, ImmutableArray<DataValue> values)
    {
        foreach (var one in values)
        {
            var isEqual = value.ValueKind switch
            {
                JsonValueKind.String => one.Text is { } text && value.ValueEquals(text),
                JsonValueKind.Number => one.Number is { } number && Compare(value, number) == 0,
                JsonValueKind.True => one.Flag == true,
                JsonValueKind.False => one.Flag == false,
                _ => false,
            };
            if (isEqual) return true;
        }

        return false;
    }

    private bool HoldsText(string text, DataTest wanted) =>
        (wanted.Prefix is not { } prefix || text.StartsWith(prefix, StringComparison.Ordinal))
        && (wanted.Suffix is not { } suffix || text.EndsWith(suffix, StringComparison.Ordinal))
        && _like?.Matches(text) != false;

    private static bool HoldsNumber(JsonElement value, DataTest wanted) =>
        (wanted.Above is not { } above || Compare(value, above) > 0)
        && (wanted.Min is not { } min || Compare(value, min) >= 0)
        && (wanted.Below is not { } below || Compare(value, below) < 0)
        && (wanted.Max is not { } max || Compare(value, max) <= 0);

    /// <summary>By decimal digits; beyond what 28 of them hold, by the nearest binary fraction.</summary>
    private static int Compare(JsonElement value, decimal wanted) =>
        value.TryGetDecimal(out var number) ? number.CompareTo(wanted) : value.GetDouble().CompareTo((double)wanted);
}

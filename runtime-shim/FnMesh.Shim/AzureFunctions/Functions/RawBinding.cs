using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>One binding of a function, as its worker or its function.json writes it.</summary>
/// <param name="json">An object.</param>
/// <param name="settings">For <c>%NAME%</c>.</param>
internal sealed class RawBinding(JsonElement json, AppSettings settings)
{
    private const string TriggerSuffix = "Trigger";

    public string Name => Written("name") ?? "";

    public string Type => Written("type") ?? "";

    public BindingInfo.Types.Direction Direction => Enum.TryParse<BindingInfo.Types.Direction>(Written("direction"), ignoreCase: true, out var direction) ? direction : BindingInfo.Types.Direction.In;

    public BindingInfo.Types.DataType DataType => Enum.TryParse<BindingInfo.Types.DataType>(Written("dataType"), ignoreCase: true, out var type) ? type : BindingInfo.Types.DataType.Undefined;

    public bool IsTrigger => Type.EndsWith(TriggerSuffix, StringComparison.OrdinalIgnoreCase);

    public bool IsMany => Is("cardinality", "many");

    /// <summary>Whether the worker wants what an SDK of Azure makes of its own messages.</summary>
    public bool IsDeferred => Find("properties") is { ValueKind: JsonValueKind.Object } properties && properties.TryGetProperty("supportsDeferredBinding", out var deferred) && deferred.ToString().Equals("true", StringComparison.OrdinalIgnoreCase);

    public bool IsOf(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    public bool Flag(string name, bool otherwise) => bool.TryParse(Written(name), out var flag) ? flag : otherwise;

    /// <returns>With its settings filled in; null when it is not there.</returns>
    /// <exception cref="BindingFault">A setting has no value.</exception>
    public string? Text(string name) => Written(name) is { } text ? Filled(text) : null;

    /// <summary>Texts, written as a list or, as one text, with commas between them.</summary>
    /// <exception cref="BindingFault">A setting has no value.</exception>
    public IEnumerable<string> Texts(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(item => Filled(item.ToString())),
        { ValueKind: JsonValueKind.String } text => Filled(text.GetString()!).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    /// <summary>As a worker is given it back when the function is loaded.</summary>
    public BindingInfo ToInfo()
    {
        var info = new BindingInfo { Type = Type, Direction = Direction, DataType = DataType };
        if (Find("properties") is { ValueKind: JsonValueKind.Object } properties)
        {
            foreach (var property in properties.EnumerateObject()) info.Properties[property.Name] = property.Value.ToString();
        }

        return info;
    }

    private bool Is(string name, string value) => value.Equals(Written(name), StringComparison.OrdinalIgnoreCase);

    private string? Written(string name) => Find(name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value.ToString() : null;

    private string Filled(string text)
    {
        var expanded = settings.Expand(text, out var missing);
        return missing is null ? expanded : throw new BindingFault($"'{text}' needs the setting {missing}, which has no value; set it in Values of local.settings.json or in the revision's env");
    }

    private JsonElement Find(string name)
    {
        foreach (var property in json.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return property.Value;
        }

        return default;
    }
}

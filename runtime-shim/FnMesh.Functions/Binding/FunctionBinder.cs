using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FnMesh.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace FnMesh.Functions.Binding;

/// <summary>What generated code asks for once, when the app starts.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class FunctionBinder
{
    private readonly JsonSerializerOptions _json;
    private readonly IConfiguration _settings;

    internal FunctionBinder(JsonSerializerOptions json, IConfiguration settings) => (_json, _settings) = (json, settings);

    /// <summary>The text with its settings filled in.</summary>
    /// <exception cref="InvalidOperationException">One has no value.</exception>
    public string Setting(string text, string function) => Settings.Expand(text, _settings, function);

    /// <summary>How the app reads and writes a type as JSON.</summary>
    /// <exception cref="NotSupportedException">The app's JSON options know no way.</exception>
    public JsonTypeInfo<T> Json<T>() => (JsonTypeInfo<T>)_json.GetTypeInfo(typeof(T));
}

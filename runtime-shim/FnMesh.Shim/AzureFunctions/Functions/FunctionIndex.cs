using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using FnMesh.Policy.Declarations;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Functions;

/// <summary>The functions of an app: those that can be served, and why the others cannot.</summary>
internal sealed partial record FunctionIndex(ImmutableArray<IndexedFunction> Functions, ImmutableArray<FunctionRefusal> Refusals)
{
    /// <param name="app">The app.</param>
    /// <param name="found">What its worker, or its folders, say of its functions.</param>
    public static FunctionIndex Of(AzureApp app, IEnumerable<RpcFunctionMetadata> found)
    {
        var functions = ImmutableArray.CreateBuilder<IndexedFunction>();
        var refusals = ImmutableArray.CreateBuilder<FunctionRefusal>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var metadata in found)
        {
            if (app.Host.Functions is { } wanted && !wanted.Contains(metadata.Name)) continue;
            try
            {
                if (functions.Count == Declaration.MaxFunctions) throw new BindingFault($"an app has at most {Declaration.MaxFunctions} functions");
                if (!names.Add(metadata.Name)) throw new BindingFault("another function has its name; give each a name of its own");
                functions.Add(Read(app, metadata));
            }
            catch (BindingFault fault)
            {
                refusals.Add(new FunctionRefusal(metadata.Name, fault.Code, fault.Message));
            }
        }

        return new FunctionIndex(functions.ToImmutable(), refusals.ToImmutable());
    }

    private static IndexedFunction Read(AzureApp app, RpcFunctionMetadata metadata)
    {
        if (metadata.Status is { Status: StatusResult.Types.Status.Failure } failed && (failed.Exception is not null || failed.Result.Length > 0))
            throw new BindingFault($"its worker cannot index it: {failed.Exception?.Message ?? failed.Result}", FunctionRefusal.Worker);
        if (!ValidName().IsMatch(metadata.Name) || metadata.Name.Equals("host", StringComparison.OrdinalIgnoreCase))
            throw new BindingFault("its name is none that Azure takes: a letter, then up to 127 letters, digits, - and _, and not 'host'");
        var bindings = metadata.RawBindings.Select(text => Parse(text, app.Settings)).ToArray();
        var load = new RpcFunctionMetadata(metadata);
        load.RawBindings.Clear();
        load.Bindings.Clear();
        foreach (var binding in bindings) load.Bindings[binding.Name] = binding.ToInfo();
        if (load.Directory.Length == 0) load.Directory = app.Directory;
        return new IndexedFunction
        {
            Name = metadata.Name,
            Id = metadata.FunctionId.Length > 0 ? metadata.FunctionId : throw new BindingFault("its worker gave it no id", FunctionRefusal.Worker),
            Trigger = TriggerReader.Read(metadata.Name, bindings, app.Host),
            Outputs = [.. OutputReader.Read(bindings)],
            Retry = RetryReader.Read(metadata.RetryOptions) ?? app.Host.Retry,
            IsDisabled = IsTrue(app.Settings.Find($"AzureWebJobs.{metadata.Name}.Disabled")) || IsTrue(app.Settings.Find($"AzureWebJobs__{metadata.Name}__Disabled")),
            Metadata = load,
        };
    }

    private static RawBinding Parse(string text, AppSettings settings)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object ? new RawBinding(json.RootElement.Clone(), settings) : throw new BindingFault("a binding of it is no JSON object", FunctionRefusal.Worker);
        }
        catch (JsonException fault)
        {
            throw new BindingFault($"a binding of it is no JSON: {fault.Message}", FunctionRefusal.Worker);
        }
    }

    private static bool IsTrue(string? text) => text == "1" || (bool.TryParse(text, out var flag) && flag);

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,127}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}

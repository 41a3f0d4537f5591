using System.Text.Json;
using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Apps;

/// <summary>From which level on a category is shown: that of the longest category in <c>logging.logLevel</c> that it begins with, else <c>default</c>, else Information.</summary>
internal sealed class LogLevels
{
    private readonly KeyValuePair<string, RpcLog.Types.Level>[] _rules;
    private readonly RpcLog.Types.Level _otherwise;

    private LogLevels(RpcLog.Types.Level otherwise, KeyValuePair<string, RpcLog.Types.Level>[] rules) => (_otherwise, _rules) = (otherwise, rules);

    public static LogLevels Default { get; } = new(RpcLog.Types.Level.Information, []);

    public static LogLevels Read(JsonElement levels)
    {
        if (levels.ValueKind != JsonValueKind.Object) return Default;
        var rules = new List<KeyValuePair<string, RpcLog.Types.Level>>();
        var otherwise = RpcLog.Types.Level.Information;
        foreach (var written in levels.EnumerateObject())
        {
            if (!Enum.TryParse<RpcLog.Types.Level>(written.Value.ToString(), ignoreCase: true, out var level)) continue;
            if (written.Name.Equals("default", StringComparison.OrdinalIgnoreCase)) otherwise = level;
            else rules.Add(new(written.Name, level));
        }

        return new LogLevels(otherwise, [.. rules.OrderByDescending(rule => rule.Key.Length)]);
    }

    public bool Shows(string category, RpcLog.Types.Level level)
    {
        var from = _otherwise;
        foreach (var (prefix, wanted) in _rules)
        {
            if (!category.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            from = wanted;
            break;
        }

        return level >= from && from != RpcLog.Types.Level.None;
    }
}

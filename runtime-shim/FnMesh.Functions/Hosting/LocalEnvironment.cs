using FnMesh.Node.Members;

namespace FnMesh.Functions.Hosting;

/// <summary>
/// What <c>up</c> gives an app an app that is started alone gives itself. Of two settings the later wins, as there: local.settings.json, the process's environment, the revision's <c>env</c>.
/// </summary>
internal static class LocalEnvironment
{
    private static readonly string[] EnvironmentNames = ["DOTNET_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"];

    /// <summary>Under <c>up</c> and in production, where the mesh is named, nothing is read.</summary>
    /// <exception cref="AppStartException">A file cannot be used, or something that the policy names is not there.</exception>
    public static void Load(string folder)
    {
        foreach (var (name, value) in Read(folder, Environment.GetEnvironmentVariable)) Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>The variables to set.</summary>
    /// <param name="folder">Where the process was started, absolute.</param>
    /// <param name="variable">Reads the process's environment.</param>
    /// <exception cref="AppStartException">As above.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string folder, Func<string, string?> variable)
    {
        var none = new Dictionary<string, string>();
        if (!string.IsNullOrEmpty(variable(MemberEnvironment.ControlName))) return none;
        if (!LocalSettings.TryRead(folder, out var variables, out var failure)) throw new AppStartException(failure);
        foreach (var name in variables.Keys.Where(name => variable(name) is not null).ToArray()) variables.Remove(name);
        if (UpFile.Find(folder)?.File.Of(MemberEnvironment.RevisionIn(name => variable(name) ?? variables.GetValueOrDefault(name)), folder) is not { } named) return variables;
        // What the mesh says of itself is not the policy's to say.
        var policy = (named.Environment ?? []).Where(entry => entry.Name != "PORT" && !entry.Name.StartsWith("FNMESH_", StringComparison.Ordinal));
        if (!RevisionEnvironment.TryAdd(policy, named.Directory, variables, "where this process is started", out failure))
            throw new AppStartException($"The environment of {named.Revision} in the mesh's policy cannot be had: {failure}.");
        foreach (var (name, value) in MemberEnvironment.Names(named.App, named.Revision)) variables[name] = value;
        if (named.Folder.Length > 0 && !Array.Exists(EnvironmentNames, name => variables.ContainsKey(name) || variable(name) is not null)) variables["DOTNET_ENVIRONMENT"] = "Development";
        return variables;
    }
}

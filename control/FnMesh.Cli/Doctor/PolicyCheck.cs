using FnMesh.Cli.Output;
using FnMesh.Control;
using FnMesh.Policy;

namespace FnMesh.Cli.Doctor;

/// <summary>Whether the folder's policy files are good.</summary>
internal static class PolicyCheck
{
    private const string Check = "policy";

    public static Finding Look(Patient patient, TimeProvider time)
    {
        var folder = Path.Combine(patient.Folder, "policies");
        if (!Directory.Exists(folder)) return Finding.Ok(Check, "there is no policies/; the default policy applies, and each project that references FnMesh.Functions is an app");
        var compilation = new PolicyFolder(folder, time).Load();
        return compilation.Diagnostics.FirstOrDefault(found => found.Severity == Severity.Error) is { } error
            ? Finding.Fail(Check, $"{error}", $"mend it; 'fnmesh validate {patient.Folder}' tells every fault")
            : Finding.Ok(Check, $"{Counted.Of(compilation.Resources.Length, "resource")} valid");
    }
}

using FnMesh.Policy;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Projects;

/// <summary>What may be wrong with the apps of a folder that has no policies.</summary>
internal static class ProjectErrors
{
    /// <summary>The code of <see cref="AzureFunctions"/>.</summary>
    public const string AzureFunctionsCode = "FNM0008";

    public static Diagnostic AzureFunctions(string hostFile, string folder) =>
        new(Severity.Error, AzureFunctionsCode, Start(hostFile),
            $"the folder '{folder}' is an Azure Functions app; build it and name the folder of its output in policies/ by a FunctionApp with run: {{ azureFunctions: … }}, or reference FnMesh.Functions in its project and change the usings");

    public static Diagnostic SameName(string file, string app, string other) =>
        new(Severity.Error, "FNM0009", Start(file), $"the app of this project would be called '{app}', as that of {other}; rename one of the two projects, or name them in policies/");

    public static Diagnostic NoName(string file) =>
        new(Severity.Error, "FNM0009", Start(file), "the name of this project gives no name of an app, which is made of a-z and 0-9; rename the project, or name it in policies/");

    public static Diagnostic Unreadable(string file, string reason) =>
        new(Severity.Warning, "FNM0010", Start(file), $"the project cannot be read, so it is no app: {reason}");

    public static Diagnostic TooMuch(string folder, int maxEntries) =>
        new(Severity.Error, "FNM0011", Start(folder), $"there are more than {maxEntries:N0} files and folders to search for apps; start in a folder below, or name the apps in policies/");

    public static Diagnostic InProject(Origin place, string file, string outer, string folder) =>
        new(Severity.Warning, "FNM1412", place,
            $"the project {file} lies in the folder of {outer}, which compiles its sources too and fails on them; move one of the two beside the other, or add <DefaultItemExcludes>$(DefaultItemExcludes);{folder}/**</DefaultItemExcludes> to a PropertyGroup of {outer}");

    private static Origin Start(string file) => new(file, 1, 1);
}

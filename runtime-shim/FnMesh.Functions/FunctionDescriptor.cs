using System.Collections.Immutable;
using System.ComponentModel;

namespace FnMesh.Functions;

/// <summary>What the attributes of a function say. Settings (%NAME%) are still names.</summary>
public sealed record FunctionDescriptor
{
    public required string Name { get; init; }

    /// <summary>The name: it is unique in the app.</summary>
    public string Id => Name;

    public required FunctionTrigger Trigger { get; init; }

    /// <summary>The type and the method, for people.</summary>
    public required string EntryPoint { get; init; }

    /// <summary>The name of the assembly that the function is in.</summary>
    public string Assembly { get; init; } = "";

    /// <summary>Where that assembly lies; no file is there in an app that is published as one.</summary>
    public string PathToAssembly => Path.Combine(AppContext.BaseDirectory, Assembly + ".dll");

    /// <summary>The trigger, as Azure tells it: <c>httpTrigger</c>, <c>timerTrigger</c>, <c>eventGridTrigger</c>, and <c>cloudEventTrigger</c>. By the name of its parameter, or <c>trigger</c> where it stands on the method.</summary>
    public IImmutableDictionary<string, BindingMetadata> InputBindings { get; init; } = ImmutableDictionary<string, BindingMetadata>.Empty;

    /// <summary>In upper case; empty for all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Without a slash at its start; null but for HTTP.</summary>
    public string? Route { get; init; }

    /// <summary>Null where only members of the mesh may call.</summary>
    public AuthorizationLevel? Level { get; init; }

    /// <summary>Empty for all types.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    public string? Filter { get; init; }

    public string? Source { get; init; }

    public string? Schedule { get; init; }

    public bool RunOnStartup { get; init; }

    public FunctionRetry? Retry { get; init; }

    public bool Idempotent { get; init; }

    /// <summary>Whether it takes several events at once, as its Subscription may gather them.</summary>
    public bool TakesBatches { get; init; }

    [Obsolete(AzureMembers.OutputBindings, error: true, DiagnosticId = AzureMembers.Code, UrlFormat = AzureMembers.Document), EditorBrowsable(EditorBrowsableState.Never)]
    public dynamic OutputBindings => throw new NotSupportedException(AzureMembers.OutputBindings);

    [Obsolete(AzureMembers.Parameters, error: true, DiagnosticId = AzureMembers.Code, UrlFormat = AzureMembers.Document), EditorBrowsable(EditorBrowsableState.Never)]
    public dynamic Parameters => throw new NotSupportedException(AzureMembers.Parameters);

    public override string ToString() => $"{Name} ({EntryPoint})";
}

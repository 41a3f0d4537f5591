using Microsoft.CodeAnalysis;

namespace FnMesh.Functions.Generators;

/// <summary>Every fault that the compiler reports, by code; docs/functions.md explains them.</summary>
internal static class Faults
{
    /// <summary>Where who has the package has the explanation too.</summary>
    private const string Document = "docs/functions.md of the package FnMesh.Functions";

    public static readonly DiagnosticDescriptor SameName = Error("FNF0001", "Two functions have the name '{0}'; names are unique in an app, without regard to case, and - and _ count as one");
    public static readonly DiagnosticDescriptor NoTrigger = Error("FNF0002", "The function '{0}' has no trigger; put HttpTrigger, CloudEventTrigger or TimerTrigger on the method or on a parameter");
    public static readonly DiagnosticDescriptor SeveralTriggers = Error("FNF0003", "The function '{0}' has more than one trigger; make it one function each");
    public static readonly DiagnosticDescriptor Unbindable = Error("FNF0004", "The parameter '{0}' cannot be bound: {1}");
    public static readonly DiagnosticDescriptor BadRoute = Error("FNF0005", "The route '{0}' is no route template: {1}");
    public static readonly DiagnosticDescriptor UnusedRouteParameter = new("FNF0006", "A route parameter is not used", "The route has a parameter '{0}' that the method does not take", "FnMesh", DiagnosticSeverity.Warning, true, helpLinkUri: Document);
    public static readonly DiagnosticDescriptor BadSchedule = Error("FNF0007", "The schedule '{0}' is neither a cron expression of five or six fields nor an interval as 00:05:00: {1}");
    public static readonly DiagnosticDescriptor Kafka = Error("FNF0008", "The function '{0}' has a KafkaTrigger, which is not supported yet; take the events with CloudEventTrigger");
    public static readonly DiagnosticDescriptor NoCounterpart = Error("FNF0009", "'{0}' has no counterpart in FnMesh: {1}");
    public static readonly DiagnosticDescriptor Uncallable = Error("FNF0010", "The function '{0}' cannot be called: {1}");
    public static readonly DiagnosticDescriptor BadName = Error("FNF0011", "'{0}' is no name of a function; it is a letter, then up to 127 letters, digits, - and _");
    public static readonly DiagnosticDescriptor NobodyAnswered = Error("FNF0012", "The function '{0}' returns {1}");
    public static readonly DiagnosticDescriptor BadRetry = Error("FNF0013", "The retry of the function '{0}' cannot be read: {1}");

    public static readonly DiagnosticDescriptor NoEffect = new("FNF0014", "An attribute has no effect", "'{0}' has no effect: {1}", "FnMesh", DiagnosticSeverity.Warning, true, helpLinkUri: Document);
    public static readonly DiagnosticDescriptor BadEventType = Error("FNF0015", "'{0}' is no type of an event: {1}");
    public static readonly DiagnosticDescriptor BadMethod = Error("FNF0016", "'{0}' is no method that a route can have; {1}");
    public static readonly DiagnosticDescriptor SameRoute = Error("FNF0017", "Two functions have the route '{0}' and a method in common: {1}");
    public static readonly DiagnosticDescriptor BadFilter = Error("FNF0018", "The filter of the function '{0}' is no filter in CESQL {1}");

    private static DiagnosticDescriptor Error(string code, string text) =>
        new(code, text.Split(';')[0].Split(':')[0].Replace("'{0}'", "").Replace("  ", " ").Trim(), text, "FnMesh", DiagnosticSeverity.Error, true, helpLinkUri: Document);
}

namespace FnMesh.Policy;

/// <summary>One policy file.</summary>
/// <param name="Path">As a person would type it; every diagnostic and origin repeats it.</param>
/// <param name="Text">The whole text, which may hold several YAML documents.</param>
public sealed record PolicySource(string Path, string Text);

var app = WebApplication.Create(args);
app.MapGet("/hello", () => "Hello!\n");
app.MapPost("/greetings", (HttpRequest greeting) => Console.WriteLine($"greeted from {greeting.Headers["ce-source"]}"));
app.Run();

package dev.pinnedimage;

final class Main {
  private Main() {}
}
